// The nodes of what is left: literals of what is known, the paths of what is
// not, expressions that fail.
//
// A container that holds unknowns is a literal with their paths in their
// places. As an entry that nobody gave may turn out to be absent, it stands
// there as an optional one: {"a": 1, ?"b": m.?b}.
#include "residual_internal.h"

typedef sw_cel__node node;
typedef sw_cel__reducer reducer;

static bool fail_too_large(reducer *r)
{
    return sw_fail(r->run.err, SW_ERR_INPUT,
                   "what is left of the expression is too large");
}

/* ---- nodes ----------------------------------------------------------- */

node *sw_cel__nothing(void)
{
    static const node none = {.kind = SW_NODE_LITERAL, .depth = 1};
    return (node *)(uintptr_t)&none;
}

node *sw_cel__make(reducer *r, sw_cel__node_kind kind, node *const *args,
                   size_t count)
{
    if (r->dry) return sw_cel__nothing();
    if (r->nodes == 0) return fail_too_large(r), NULL;
    r->nodes--;
    size_t size = 4;
    for (size_t i = 0; i < count; i++)
        size += args[i]->end;
    return sw_cel__node_new(r->run.arena, r->run.cel->source, kind, 0, size,
                            args, count, r->run.err);
}

node *sw_cel__remake(reducer *r, const node *like, node *const *args,
                     size_t count)
{
    node *made = sw_cel__make(r, like->kind, args, count);
    if (made == NULL || r->dry) return made;
    node blank = *made;
    *made = *like;
    made->depth = blank.depth;
    made->begin = 0;
    made->end = blank.end + like->name.len;
    made->args = blank.args;
    made->count = count;
    return made;
}

node *sw_cel__make_literal(reducer *r, sw_cel_value value)
{
    node *made = sw_cel__make(r, SW_NODE_LITERAL, NULL, 0);
    if (made != NULL && !r->dry) made->value = value;
    return made;
}

node *sw_cel__make_call(reducer *r, const char *function, node *arg)
{
    node *made = sw_cel__make(r, SW_NODE_CALL, &arg, arg != NULL);
    if (made == NULL || r->dry) return made;
    made->name = sw_str_of(function);
    made->functions = sw_cel__find_function(made->name, false);
    return made;
}

static node *make_method(reducer *r, node *receiver, const char *name)
{
    node *made = sw_cel__make(r, SW_NODE_CALL, &receiver, 1);
    if (made == NULL || r->dry) return made;
    made->name = sw_str_of(name);
    made->method = true;
    made->functions = sw_cel__find_function(made->name, true);
    return made;
}

static node *make_select(reducer *r, node *of, sw_str name)
{
    node *made = sw_cel__make(r, SW_NODE_SELECT, &of, 1);
    if (made == NULL || r->dry) return made;
    made->name = name;
    made->end += name.len;
    return made;
}

bool sw_cel__add_tree(reducer *r, sw_cel__trees *list, node *tree)
{
    if (tree == NULL) return false;
    if (r->dry) return true;
    if (list->count == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 4;
        node **at = sw_cel__alloc(&r->run, cap, sizeof *at);
        if (at == NULL) return false;
        if (list->count > 0) memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        list->cap = cap;
    }
    list->at[list->count++] = tree;
    list->size += tree->end;
    return true;
}

/* ---- paths ----------------------------------------------------------- */

// a.b["c"][0]
static bool is_path(const node *n)
{
    for (;; n = n->args[0]) {
        bool index =
            n->kind == SW_NODE_INDEX && n->args[1]->kind == SW_NODE_LITERAL;
        bool select = n->kind == SW_NODE_SELECT && !n->test;
        if (!index && !select) return n->kind == SW_NODE_NAME;
        if (n->maybe) return false;
    }
}

static bool fail_no_path(reducer *r, const sw_cel_value *unknown)
{
    sw_str name =
        unknown->as.unknown.count > 0 ? unknown->as.unknown.at[0] : SW_STR("");
    return sw_fail(r->run.err, SW_ERR_USAGE,
                   "an unknown inside a value is named '%.*s', not by its path",
                   SW_STR_ARGS(name));
}

// Paths start at the root, whatever the container. The place that each node has
// in its text ends where the node's size does.
static node *parse_path(reducer *r, const sw_cel_value *unknown)
{
    sw_cel *cel = NULL;
    sw_error why = {0};
    if (unknown->as.unknown.count != 1) return fail_no_path(r, unknown), NULL;
    sw_str text = unknown->as.unknown.at[0];
    if (!sw_cel_parse(text, r->run.arena, &cel, &why)) {
        if (why.kind == SW_ERR_MACHINE) return sw_fail_memory(r->run.err), NULL;
        return fail_no_path(r, unknown), NULL;
    }
    if (!is_path(cel->top)) return fail_no_path(r, unknown), NULL;
    if (r->nodes < cel->top->depth) return fail_too_large(r), NULL;
    r->nodes -= cel->top->depth;
    node *root = cel->top;
    while (root->kind != SW_NODE_NAME)
        root = root->args[0];
    if (r->run.container.len > 0) root->rooted = true;
    return cel->top;
}

node *sw_cel__make_path(reducer *r, const sw_cel_value *unknown, bool maybe,
                        bool test)
{
    if (r->dry) return sw_cel__nothing();
    node *path = parse_path(r, unknown);
    if (path == NULL || !(maybe || test)) return path;
    if (path->kind == SW_NODE_SELECT) {
        path->test = test;
        path->maybe = !test;
        return path;
    }
    // A name without a field is there, whatever it turns out to be.
    if (path->kind == SW_NODE_INDEX) {
        path->maybe = true;
    } else {
        path = sw_cel__make_call(r, "optional.of", path);
    }
    return test && path != NULL ? make_method(r, path, "hasValue") : path;
}

// A container's name before the free name, with a dot before all.
static node *make_spaced_name(reducer *r, const node *name, sw_str space)
{
    node *made = NULL;
    for (size_t at = 0; at < space.len;) {
        size_t end = at;
        while (end < space.len && space.at[end] != '.')
            end++;
        sw_str part = sw_cel__part(space, at, end);
        made = made == NULL ? sw_cel__remake(r, name, NULL, 0)
                            : make_select(r, made, part);
        if (made == NULL) return NULL;
        if (at == 0 && !r->dry) {
            made->name = part;
            made->rooted = true;
        }
        at = end + 1;
    }
    return made == NULL ? sw_cel__remake(r, name, NULL, 0)
                        : make_select(r, made, name->name);
}

node *sw_cel__make_written(reducer *r, const node *n, sw_str space)
{
    if (r->dry) return sw_cel__nothing();
    if (n->kind == SW_NODE_NAME) return make_spaced_name(r, n, space);
    node *of = sw_cel__make_written(r, n->args[0], space);
    return of == NULL ? NULL : sw_cel__remake(r, n, &of, 1);
}

/* ---- literals -------------------------------------------------------- */

// A name of a type is a variable's name too, perhaps.
static bool is_shadowed(const reducer *r, sw_str type)
{
    size_t len = 0;
    while (len < type.len && type.at[len] != '.')
        len++;
    const sw_cel_options *o = r->run.options;
    for (size_t i = 0; i < o->binding_count; i++) {
        if (sw_str_has(o->bindings[i].name, sw_cel__part(type, 0, len)))
            return true;
    }
    return false;
}

typedef struct {
    const reducer *r;
    size_t left;   // of the bytes it may have
    bool special;  // it cannot be printed as it is
} scale;

// @return false if the literal is longer, or nested deeper, than source may be.
static bool weigh(scale *s, const sw_cel_value *v, unsigned depth)
{
    size_t own = 8;
    if (depth > SW_CEL__MAX_DEPTH) return false;
    switch (v->kind) {
    case SW_CEL_STRING:
    case SW_CEL_BYTES: own += v->as.str.len; break;
    case SW_CEL_UNKNOWN:
    case SW_CEL_ERROR: s->special = true; break;
    case SW_CEL_TYPE: s->special |= is_shadowed(s->r, v->as.str); break;
    default: break;
    }
    if (own > s->left) return false;
    s->left -= own;
    if (v->kind == SW_CEL_OPTIONAL && v->as.optional != NULL)
        return weigh(s, v->as.optional, depth + 1);
    for (size_t i = 0; v->kind == SW_CEL_LIST && i < v->as.list.count; i++) {
        if (!weigh(s, &v->as.list.at[i], depth + 1)) return false;
    }
    for (size_t i = 0; v->kind == SW_CEL_MAP && i < v->as.map.count; i++) {
        if (!weigh(s, &v->as.map.at[i].key, depth + 1) ||
            !weigh(s, &v->as.map.at[i].value, depth + 1))
            return false;
    }
    return true;
}

// What a literal is made for: `closed`, one without paths, is for an expression
// that fails whatever the unknowns are.
typedef enum { OPEN, CLOSED } purpose;

static node *make_value(reducer *r, const sw_cel_value *v, purpose why);

static node *make_list(reducer *r, const sw_cel_value *v, purpose why)
{
    sw_cel__trees items = {0};
    for (size_t i = 0; i < v->as.list.count; i++) {
        node *item = make_value(r, &v->as.list.at[i], why);
        if (!sw_cel__add_tree(r, &items, item)) return NULL;
    }
    return sw_cel__make(r, SW_NODE_LIST, items.at, items.count);
}

static node *make_map(reducer *r, const sw_cel_value *v, purpose why)
{
    sw_cel__trees parts = {0};
    size_t count = v->as.map.count;
    bool *optional = sw_cel__alloc(&r->run, 2 * count, sizeof *optional);
    if (optional == NULL) return NULL;
    for (size_t i = 0; i < count; i++) {
        const sw_cel_entry *entry = &v->as.map.at[i];
        bool open = why == OPEN && sw_cel__is_open(&entry->value);
        node *key = make_value(r, &entry->key, why);
        node *value = open ? sw_cel__make_path(r, &entry->value, true, false)
                           : make_value(r, &entry->value, why);
        if (!sw_cel__add_tree(r, &parts, key) ||
            !sw_cel__add_tree(r, &parts, value))
            return NULL;
        optional[2 * i] = optional[2 * i + 1] = open;
    }
    node *made = sw_cel__make(r, SW_NODE_MAP, parts.at, parts.count);
    if (made != NULL && !r->dry) made->optional = optional;
    return made;
}

// Where a type's name would mean something else, the type of a value of it.
static node *make_type(reducer *r, sw_str type)
{
    static const char *const samples[][2] = {
        {"null_type", "type(null)"},
        {"bool", "type(true)"},
        {"int", "type(0)"},
        {"uint", "type(0u)"},
        {"double", "type(0.0)"},
        {"string", "type(\"\")"},
        {"bytes", "type(b\"\")"},
        {"list", "type([])"},
        {"map", "type({})"},
        {"google.protobuf.Timestamp", "type(timestamp(0))"},
        {"google.protobuf.Duration", "type(duration(\"0\"))"},
        {"type", "type(type(0))"},
        {"optional_type", "type(optional.none())"},
        {"net.IP", "type(ip(\"::\"))"},
        {"net.CIDR", "type(cidr(\"::/0\"))"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        if (!sw_str_eq(type, sw_str_of(samples[i][0]))) continue;
        sw_cel *cel = NULL;
        return sw_cel_parse(sw_str_of(samples[i][1]), r->run.arena, &cel,
                            r->run.err)
                   ? cel->top
                   : NULL;
    }
    return sw_cel__make_literal(r, sw_cel__text(SW_CEL_TYPE, type));
}

static node *make_special(reducer *r, const sw_cel_value *v, purpose why)
{
    static const sw_cel_value null = {.kind = SW_CEL_NULL};
    node *inner = NULL;
    switch (v->kind) {
    case SW_CEL_UNKNOWN:
        return why == OPEN ? sw_cel__make_path(r, v, false, false)
                           : sw_cel__make_literal(r, null);
    case SW_CEL_ERROR: return sw_cel__make_fault(r, SW_STR("error"));
    case SW_CEL_TYPE: return make_type(r, v->as.str);
    case SW_CEL_LIST: return make_list(r, v, why);
    case SW_CEL_MAP: return make_map(r, v, why);
    default:  // an optional that holds something
        inner = make_value(r, v->as.optional, why);
        return inner == NULL ? NULL
                             : sw_cel__make_call(r, "optional.of", inner);
    }
}

static node *make_value(reducer *r, const sw_cel_value *v, purpose why)
{
    if (r->dry) return sw_cel__nothing();
    scale s = {r, SW_CEL__MAX_SOURCE, false};
    if (!weigh(&s, v, 0)) return fail_too_large(r), NULL;
    size_t weight = SW_CEL__MAX_SOURCE - s.left;
    if (!sw_cel__spend(&r->run, weight / 64)) return NULL;
    if (s.special) return make_special(r, v, why);
    node *made = sw_cel__make_literal(r, *v);
    if (made != NULL) made->end = weight;
    return made;
}

node *sw_cel__tree_of(reducer *r, const sw_cel__rest *rest)
{
    return rest->tree != NULL ? rest->tree : make_value(r, &rest->value, OPEN);
}

node *sw_cel__make_closed(reducer *r, const sw_cel_value *v)
{
    static const sw_cel_value null = {.kind = SW_CEL_NULL};
    scale s = {r, SW_CEL__MAX_FAULT, false};
    return make_value(r, weigh(&s, v, 0) ? v : &null, CLOSED);
}

/* ---- what fails ------------------------------------------------------ */

node *sw_cel__make_fault(reducer *r, sw_str name)
{
    node *empty = sw_cel__make(r, SW_NODE_MAP, NULL, 0);
    return empty == NULL ? NULL : make_select(r, empty, name);
}

// Errors that are many, or long, are one and the same: which one it was matters
// less than that something is left.
static node *make_common_fault(reducer *r)
{
    if (r->dry) return sw_cel__nothing();
    if (r->fault == NULL) r->fault = sw_cel__make_fault(r, SW_STR("error"));
    return r->fault;
}

node *sw_cel__make_failing(reducer *r, const node *n, const sw_cel__rest *parts)
{
    if (r->dry) return sw_cel__nothing();
    if (r->nodes < SW_CEL__MAX_NODES / 2) return make_common_fault(r);
    sw_cel__trees args = {0};
    for (size_t i = 0; i < n->count; i++) {
        scale s = {r, SW_CEL__MAX_FAULT, false};
        if (!weigh(&s, &parts[i].value, 0) || args.size > SW_CEL__MAX_FAULT)
            return make_common_fault(r);
        if (!sw_cel__add_tree(r, &args, make_value(r, &parts[i].value, CLOSED)))
            return NULL;
    }
    return sw_cel__remake(r, n, args.at, args.count);
}
