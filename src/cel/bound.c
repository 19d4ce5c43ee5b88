// How large values may be, and how large they are. A bound has the shape of its
// value as far as that is known: from a literal, or from a declared type.
// Shapes share what they have in common and end at a few levels, so that an
// estimate stays linear in the tree; below, the totals of the level above hold.
#include "cost_internal.h"

typedef sw_cel__bound bound;
typedef sw_cel__costing costing;

enum {
    SHAPE_DEPTH = 8,
    NETWORK_BYTES = 17,
    MEASURED = 10 * 1000 * 1000,  // values that are looked at to measure one
};

const bound *sw_cel__keep_bound(costing *c, const bound *b)
{
    bound *copy = SW_NEW(c->arena, bound);
    if (copy == NULL) return c->failed = true, NULL;
    *copy = *b;
    return copy;
}

static bool is_holder(const bound *b)
{
    return (b->kinds & SW_KINDS_HOLDER) != 0;
}

/* ---- made from what is known ----------------------------------------- */

bound sw_cel__bound_scalar(uint32_t kinds, uint64_t bytes)
{
    return (bound){.kinds = kinds, .bytes = bytes, .values = 1};
}

bound sw_cel__bound_literal(const sw_cel_value *value)
{
    bool text = value->kind == SW_CEL_STRING || value->kind == SW_CEL_BYTES;
    bound b = sw_cel__bound_scalar(SW_KIND(value->kind),
                                   text ? value->as.str.len : 0);
    b.literal = value;
    return b;
}

// A value of which no more is known than its size.
static bound of_size(sw_cel_size size)
{
    bound b = {.kinds = SW_KINDS_ANY, .bytes = size.bytes};
    b.values = sw_cel__max(size.values, 1);
    b.items = b.count = sw_cel__min(size.items, sw_cel__less(b.values, 1));
    return b;
}

bound sw_cel__bound_any(void)
{
    return of_size(
        (sw_cel_size){SW_CEL__UNBOUNDED, SW_CEL__UNBOUNDED, SW_CEL__UNBOUNDED});
}

// A list, map or optional of `count` elements, all within `element` and `key`.
static bound holder(costing *c, sw_cel_kind kind, uint64_t count,
                    const bound *key, const bound *element)
{
    bound b = {.kinds = SW_KIND(kind), .count = count};
    uint64_t each = sw_cel__sum(element->values, key != NULL);
    b.items = sw_cel__max(count, element->items);
    b.bytes = sw_cel__max(element->bytes, key != NULL ? key->bytes : 0);
    b.values = sw_cel__sum(sw_cel__product(count, each), 1);
    b.element = sw_cel__keep_bound(c, element);
    if (key != NULL) b.key = sw_cel__keep_bound(c, key);
    return b;
}

bound sw_cel__bound_list(costing *c, uint64_t count, const bound *element)
{
    return holder(c, SW_CEL_LIST, count, NULL, element);
}

bound sw_cel__bound_optional(costing *c, const bound *value)
{
    bound b = holder(c, SW_CEL_OPTIONAL, 1, NULL, value);
    b.count = 0;
    b.items = value->items;
    return b;
}

/* ---- from types ------------------------------------------------------ */

static bound of_type(costing *c, const sw_cel_type *type, sw_cel_size size,
                     unsigned depth);

static bound of_holder(costing *c, const sw_cel_type *type, sw_cel_kind kind,
                       sw_cel_size size, unsigned depth)
{
    sw_cel_size inner = size;
    bool map = kind == SW_CEL_MAP;
    inner.values = sw_cel__max(sw_cel__less(size.values, 1), 1);
    uint64_t most = sw_cel__share(sw_cel__less(size.values, 1), map ? 2 : 1);
    uint64_t count = sw_cel__min(size.items, most);
    if (kind == SW_CEL_OPTIONAL) count = 1;

    bound element = of_type(c, type->args[type->count - 1], inner, depth + 1);
    bound key = sw_cel__bound_scalar(SW_KINDS_SCALAR, size.bytes);
    if (map) key = of_type(c, type->args[0], inner, depth + 1);
    bound b = holder(c, kind, count, map ? &key : NULL, &element);
    if (kind == SW_CEL_OPTIONAL) b.count = 0;
    b.values = sw_cel__min(b.values, sw_cel__max(size.values, 1));
    return b;
}

static bound of_abstract(const sw_cel_type *type, sw_cel_size size)
{
    sw_cel_kind kinds[] = {SW_CEL_IP, SW_CEL_CIDR};
    for (size_t i = 0; i < 2; i++) {
        if (sw_str_eq(type->name, sw_str_of(sw_cel_kind_name(kinds[i]))))
            return sw_cel__bound_scalar(SW_KIND(kinds[i]), NETWORK_BYTES);
    }
    return of_size(size);
}

static bound of_type(costing *c, const sw_cel_type *type, sw_cel_size size,
                     unsigned depth)
{
    static const unsigned char scalars[] = {
        [SW_CEL_TYPE_NULL] = SW_CEL_NULL,
        [SW_CEL_TYPE_BOOL] = SW_CEL_BOOL,
        [SW_CEL_TYPE_INT] = SW_CEL_INT,
        [SW_CEL_TYPE_UINT] = SW_CEL_UINT,
        [SW_CEL_TYPE_DOUBLE] = SW_CEL_DOUBLE,
        [SW_CEL_TYPE_TIMESTAMP] = SW_CEL_TIMESTAMP,
        [SW_CEL_TYPE_DURATION] = SW_CEL_DURATION,
    };
    if (type == NULL || depth > SHAPE_DEPTH) return of_size(size);
    switch (type->kind) {
    case SW_CEL_TYPE_NULL:
    case SW_CEL_TYPE_BOOL:
    case SW_CEL_TYPE_INT:
    case SW_CEL_TYPE_UINT:
    case SW_CEL_TYPE_DOUBLE:
    case SW_CEL_TYPE_TIMESTAMP:
    case SW_CEL_TYPE_DURATION:
        return sw_cel__bound_scalar(SW_KIND(scalars[type->kind]), 0);
    case SW_CEL_TYPE_STRING:
        return sw_cel__bound_scalar(SW_KIND(SW_CEL_STRING), size.bytes);
    case SW_CEL_TYPE_BYTES:
        return sw_cel__bound_scalar(SW_KIND(SW_CEL_BYTES), size.bytes);
    case SW_CEL_TYPE_TYPE:
        return sw_cel__bound_scalar(SW_KIND(SW_CEL_TYPE), size.bytes);
    case SW_CEL_TYPE_LIST: return of_holder(c, type, SW_CEL_LIST, size, depth);
    case SW_CEL_TYPE_MAP: return of_holder(c, type, SW_CEL_MAP, size, depth);
    case SW_CEL_TYPE_OPTIONAL:
        return of_holder(c, type, SW_CEL_OPTIONAL, size, depth);
    case SW_CEL_TYPE_WRAPPER: {
        bound b = of_type(c, type->args[0], size, depth + 1);
        b.kinds |= SW_KIND(SW_CEL_NULL);
        return b;
    }
    case SW_CEL_TYPE_ABSTRACT: return of_abstract(type, size);
    default: return of_size(size);
    }
}

static uint64_t known_or_unbounded(uint64_t member)
{
    return member > 0 ? member : SW_CEL__UNBOUNDED;
}

bound sw_cel__bound_of_type(costing *c, const sw_cel_type *type,
                            sw_cel_size size)
{
    size.items = known_or_unbounded(size.items);
    size.bytes = known_or_unbounded(size.bytes);
    size.values = known_or_unbounded(size.values);
    return of_type(c, type, size, 0);
}

/* ---- parts ----------------------------------------------------------- */

bound sw_cel__inside(const bound *b)
{
    if (b->element != NULL) return *b->element;
    return of_size(
        (sw_cel_size){b->items, b->bytes, sw_cel__less(b->values, 1)});
}

bound sw_cel__key_of(const bound *b)
{
    if (b->key != NULL) return *b->key;
    return sw_cel__bound_scalar(SW_KINDS_SCALAR, b->bytes);
}

bool sw_cel__may_hold(const bound *b, uint32_t kinds)
{
    for (; b != NULL; b = b->element) {
        if ((b->kinds & kinds) != 0) return true;
        if (!is_holder(b)) return false;
    }
    return true;
}

/* ---- one or the other ------------------------------------------------ */

// Whether whatever `b` allows is allowed by `a`.
static bool covers(const bound *a, const bound *b)
{
    if (a == b) return true;
    if ((b->kinds & ~a->kinds) != 0 || b->count > a->count ||
        b->items > a->items || b->bytes > a->bytes || b->values > a->values ||
        (a->literal != NULL && a->literal != b->literal))
        return false;
    if (a->key != NULL && is_holder(b) &&
        (b->key == NULL || !covers(a->key, b->key)))
        return false;
    return a->element == NULL || !is_holder(b) ||
           (b->element != NULL && covers(a->element, b->element));
}

static void join(costing *c, bound *into, const bound *other, unsigned depth);

// The shape of the insides of two that both have some.
static const bound *join_shapes(costing *c, const bound *a, const bound *b,
                                unsigned depth)
{
    if (a == NULL || b == NULL || depth == SHAPE_DEPTH) return NULL;
    if (covers(a, b)) return a;
    if (covers(b, a)) return b;
    bound both = *a;
    join(c, &both, b, depth + 1);
    return sw_cel__keep_bound(c, &both);
}

static void join(costing *c, bound *into, const bound *other, unsigned depth)
{
    bool holds = is_holder(into), more = is_holder(other);
    if (holds && more) {
        into->element = join_shapes(c, into->element, other->element, depth);
        into->key = join_shapes(c, into->key, other->key, depth);
    } else if (more) {
        into->element = other->element;
        into->key = other->key;
    }
    into->kinds |= other->kinds;
    into->count = sw_cel__max(into->count, other->count);
    into->items = sw_cel__max(into->items, other->items);
    into->bytes = sw_cel__max(into->bytes, other->bytes);
    into->values = sw_cel__max(into->values, other->values);
    if (into->literal != other->literal) into->literal = NULL;
}

void sw_cel__join_bounds(costing *c, bound *into, const bound *other)
{
    if (into->kinds == 0) {
        *into = *other;
    } else if (other->kinds != 0) {
        join(c, into, other, 0);
    }
}

/* ---- how large a value is -------------------------------------------- */

// @return false when it is too deep or too large to tell.
static bool measure(const sw_cel_value *v, unsigned depth, sw_cel_size *size)
{
    if (depth > SW_CEL__MAX_VALUE_DEPTH || size->values >= MEASURED)
        return false;
    size->values++;
    switch (v->kind) {
    case SW_CEL_LIST:
        size->items = sw_cel__max(size->items, v->as.list.count);
        for (size_t i = 0; i < v->as.list.count; i++) {
            if (!measure(&v->as.list.at[i], depth + 1, size)) return false;
        }
        return true;
    case SW_CEL_MAP:
        size->items = sw_cel__max(size->items, v->as.map.count);
        for (size_t i = 0; i < v->as.map.count; i++) {
            if (!measure(&v->as.map.at[i].key, depth + 1, size) ||
                !measure(&v->as.map.at[i].value, depth + 1, size))
                return false;
        }
        return true;
    case SW_CEL_OPTIONAL:
        return v->as.optional == NULL ||
               measure(v->as.optional, depth + 1, size);
    case SW_CEL_STRING:
    case SW_CEL_BYTES:
    case SW_CEL_TYPE:
        size->bytes = sw_cel__max(size->bytes, v->as.str.len);
        return true;
    default: return true;
    }
}

// No member is 0, which would mean that there is no bound.
sw_cel_size sw_cel_size_of(const sw_cel_value *value)
{
    sw_cel_size size = {.items = 1, .bytes = 1, .values = 0};
    if (!measure(value, 0, &size)) return (sw_cel_size){0};
    return size;
}
