// The extension `network`: addresses (net.IP) and networks (net.CIDR). A value
// holds the address's 4 or 16 bytes; a network has its prefix length behind.
//
// Specification: k8s.io/apiserver, pkg/cel/library (ip.go, cidr.go); tests:
// cel-spec, network_ext. Text of IPv6: RFC 5952.
#include "cel_internal.h"

#include <stdio.h>

enum { V4 = 4, V6 = 16, MAX_TEXT = 64 };

/* ---- reading --------------------------------------------------------- */

// Up to `most` in decimal, without leading zeros.
static bool read_small(sw_str s, size_t *at, unsigned most, unsigned *out)
{
    size_t begin = *at;
    unsigned value = 0;
    while (*at < s.len && s.at[*at] >= '0' && s.at[*at] <= '9' && value <= most)
        value = value * 10 + (unsigned)(s.at[(*at)++] - '0');
    size_t len = *at - begin;
    *out = value;
    return len > 0 && value <= most && (len == 1 || s.at[begin] != '0');
}

static bool read_v4(sw_str s, unsigned char out[V4])
{
    size_t at = 0;
    for (int i = 0; i < V4; i++) {
        unsigned part = 0;
        if (i > 0 && (at >= s.len || s.at[at++] != '.')) return false;
        if (!read_small(s, &at, 255, &part)) return false;
        out[i] = (unsigned char)part;
    }
    return at == s.len;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// One to four hexadecimal digits.
static bool read_group(sw_str s, size_t *at, unsigned *out)
{
    size_t begin = *at;
    unsigned value = 0;
    while (*at < s.len && *at - begin < 5 && hex_value(s.at[*at]) >= 0)
        value = value << 4 | (unsigned)hex_value(s.at[(*at)++]);
    *out = value;
    return *at > begin && *at - begin <= 4;
}

// Groups go to the front until "::" is met, then to the back.
static bool read_v6(sw_str s, unsigned char out[V6], bool *dotted)
{
    unsigned char bytes[V6] = {0};
    size_t count = 0, gap = SIZE_MAX, at = 0;
    *dotted = false;
    if (sw_str_starts(s, SW_STR("::"))) gap = 0, at = 2;
    while (at < s.len) {
        size_t begin = at;
        unsigned group = 0;
        if (count >= V6 || !read_group(s, &at, &group)) return false;
        if (at < s.len && s.at[at] == '.') {
            if (count > V6 - V4 ||
                !read_v4(sw_cel__part(s, begin, s.len), bytes + count))
                return false;
            *dotted = true;
            count += V4;
            break;
        }
        bytes[count++] = (unsigned char)(group >> 8);
        bytes[count++] = (unsigned char)group;
        if (at == s.len) break;
        if (s.at[at++] != ':' || at == s.len) return false;
        if (s.at[at] == ':') {
            if (gap != SIZE_MAX) return false;
            gap = count;
            at++;
        }
    }
    // "::" stands for one group at least.
    if (gap == SIZE_MAX ? count != V6 : count > V6 - 2) return false;
    if (gap == SIZE_MAX) gap = count;
    memset(out, 0, V6);
    memcpy(out, bytes, gap);
    memcpy(out + V6 - (count - gap), bytes + gap, count - gap);
    return true;
}

static bool is_mapped(const unsigned char *at, size_t len)
{
    static const unsigned char prefix[12] = {[10] = 0xFF, [11] = 0xFF};
    return len == V6 && memcmp(at, prefix, sizeof prefix) == 0;
}

// @return the length of the address, 0 if it is none.
static size_t read_address(sw_str s, unsigned char out[V6])
{
    bool dotted = false;
    if (read_v4(s, out)) return V4;
    if (!read_v6(s, out, &dotted)) return 0;
    return dotted && is_mapped(out, V6) ? 0 : V6;
}

// @return the length of the address behind which its prefix stands, or 0.
static size_t read_network(sw_str s, unsigned char out[V6 + 1])
{
    size_t slash = 0;
    while (slash < s.len && s.at[slash] != '/')
        slash++;
    size_t len = read_address(sw_cel__part(s, 0, slash), out);
    size_t at = slash + 1;
    unsigned prefix = 0;
    if (len == 0 || slash == s.len ||
        !read_small(s, &at, (unsigned)len * 8, &prefix) || at != s.len)
        return 0;
    out[len] = (unsigned char)prefix;
    return len;
}

/* ---- writing --------------------------------------------------------- */

static size_t write_v6(const unsigned char *at, char out[MAX_TEXT])
{
    unsigned groups[8];
    size_t best = 8, best_len = 1, n = 0;
    for (size_t i = 0; i < 8; i++)
        groups[i] = (unsigned)at[2 * i] << 8 | at[2 * i + 1];
    for (size_t i = 0; i < 8; i++) {
        size_t len = 0;
        while (i + len < 8 && groups[i + len] == 0)
            len++;
        if (len > best_len) best = i, best_len = len;
    }
    for (size_t i = 0; i < 8; i++) {
        if (i == best) {
            out[n++] = ':';
            out[n++] = ':';
            i += best_len - 1;
            continue;
        }
        bool colon = i > 0 && i != best + best_len;
        n += (size_t)snprintf(out + n, MAX_TEXT - n, "%s%x", colon ? ":" : "",
                              groups[i]);
    }
    return n;
}

static size_t write_address(const unsigned char *at, size_t len,
                            char out[MAX_TEXT])
{
    if (len == V6 && !is_mapped(at, len)) return write_v6(at, out);
    const unsigned char *four = at + len - V4;
    return (size_t)snprintf(out, MAX_TEXT, "%s%u.%u.%u.%u",
                            len == V6 ? "::ffff:" : "", four[0], four[1],
                            four[2], four[3]);
}

static const unsigned char *address_of(const sw_cel_value *v, size_t *len)
{
    *len = v->as.str.len >= V6 ? V6 : V4;
    return (const unsigned char *)v->as.str.at;
}

static unsigned prefix_of(const sw_cel_value *v)
{
    return (unsigned char)v->as.str.at[v->as.str.len - 1];
}

size_t sw_cel__network_text(const sw_cel_value *v, char out[MAX_TEXT])
{
    size_t len;
    const unsigned char *at = address_of(v, &len);
    size_t n = write_address(at, len, out);
    if (v->kind == SW_CEL_CIDR)
        n += (size_t)snprintf(out + n, MAX_TEXT - n, "/%u", prefix_of(v));
    return n;
}

// An IPv4 address mapped into IPv6 equals the IPv4 address.
bool sw_cel__same_network(const sw_cel_value *a, const sw_cel_value *b)
{
    if (a->kind == SW_CEL_CIDR && prefix_of(a) != prefix_of(b)) return false;
    size_t left, right;
    const unsigned char *x = address_of(a, &left), *y = address_of(b, &right);
    if (is_mapped(x, left)) x += V6 - V4, left = V4;
    if (is_mapped(y, right)) y += V6 - V4, right = V4;
    return left == right && memcmp(x, y, left) == 0;
}

/* ---- functions ------------------------------------------------------- */

static bool make(sw_cel__run *run, sw_cel_kind kind, const unsigned char *at,
                 size_t len, sw_cel_value *out)
{
    char *copy = sw_cel__alloc(run, len, 1);
    if (copy == NULL) return false;
    memcpy(copy, at, len);
    *out = sw_cel__text(kind, (sw_str){copy, len});
    return true;
}

static bool to_ip(sw_cel__run *run, const sw_cel_value *args, size_t count,
                  sw_cel_value *out)
{
    unsigned char bytes[V6];
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    size_t len = read_address(args[0].as.str, bytes);
    if (len == 0) return sw_cel__fault(out, "the string is no IP address");
    return make(run, SW_CEL_IP, bytes, len, out);
}

static bool to_cidr(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    unsigned char bytes[V6 + 1];
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    size_t len = read_network(args[0].as.str, bytes);
    if (len == 0) return sw_cel__fault(out, "the string is no network (CIDR)");
    return make(run, SW_CEL_CIDR, bytes, len + 1, out);
}

static bool is_ip(sw_cel__run *run, const sw_cel_value *args, size_t count,
                  sw_cel_value *out)
{
    unsigned char bytes[V6];
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    *out = sw_cel__bool(read_address(args[0].as.str, bytes) > 0);
    return true;
}

static bool is_cidr(sw_cel__run *run, const sw_cel_value *args, size_t count,
                    sw_cel_value *out)
{
    unsigned char bytes[V6 + 1];
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    *out = sw_cel__bool(read_network(args[0].as.str, bytes) > 0);
    return true;
}

static bool is_canonical(sw_cel__run *run, const sw_cel_value *args,
                         size_t count, sw_cel_value *out)
{
    unsigned char bytes[V6];
    char text[MAX_TEXT];
    if (!sw_cel__spend_text(run, args[0].as.str.len)) return false;
    size_t len = read_address(args[0].as.str, bytes);
    if (len == 0) return sw_cel__fault(out, "the string is no IP address");
    sw_str canonical = {text, write_address(bytes, len, text)};
    *out = sw_cel__bool(sw_str_eq(canonical, args[0].as.str));
    return true;
}

bool sw_cel__network_string(sw_cel__run *run, const sw_cel_value *args,
                            size_t count, sw_cel_value *out)
{
    char text[MAX_TEXT];
    size_t len = sw_cel__network_text(&args[0], text);
    char *copy = sw_cel__alloc(run, len, 1);
    if (copy == NULL) return false;
    memcpy(copy, text, len);
    *out = sw_cel__text(SW_CEL_STRING, (sw_str){copy, len});
    return true;
}

static bool family(sw_cel__run *run, const sw_cel_value *args, size_t count,
                   sw_cel_value *out)
{
    size_t len;
    (void)address_of(&args[0], &len);
    *out = sw_cel__int(len == V4 ? 4 : 6);
    return true;
}

// Whether the first `bits` bits are those of `prefix`.
static bool begins(const unsigned char *at, const unsigned char *prefix,
                   unsigned bits)
{
    if (memcmp(at, prefix, bits / 8) != 0) return false;
    if (bits % 8 == 0) return true;
    unsigned char mask = (unsigned char)(0xFF00u >> bits % 8);
    return ((at[bits / 8] ^ prefix[bits / 8]) & mask) == 0;
}

typedef struct {
    unsigned char v4[V4];
    unsigned v4_bits;
    unsigned char v6[V6];
    unsigned v6_bits;
} block;

static const block unspecified = {{0}, 32, {0}, 128};
static const block loopback = {{127}, 8, {[15] = 1}, 128};
static const block multicast = {{224}, 4, {0xFF}, 8};
static const block link_unicast = {{169, 254}, 16, {0xFE, 0x80}, 10};
static const block broadcast = {{255, 255, 255, 255}, 32, {0}, 128};

static bool in_block(const sw_cel_value *v, const block *b)
{
    size_t len;
    const unsigned char *at = address_of(v, &len);
    if (is_mapped(at, len)) at += V6 - V4, len = V4;
    return len == V4 ? begins(at, b->v4, b->v4_bits)
                     : begins(at, b->v6, b->v6_bits);
}

#define IN_BLOCK(name, which)                                                  \
    static bool name(sw_cel__run *run, const sw_cel_value *args, size_t count, \
                     sw_cel_value *out)                                        \
    {                                                                          \
        *out = sw_cel__bool(in_block(&args[0], &(which)));                     \
        return true;                                                           \
    }

IN_BLOCK(is_unspecified, unspecified)
IN_BLOCK(is_loopback, loopback)
IN_BLOCK(is_link_unicast, link_unicast)

// Of IPv6 the second byte holds flags, then the scope (RFC 4291, 2.7).
static bool is_link_multicast(sw_cel__run *run, const sw_cel_value *args,
                              size_t count, sw_cel_value *out)
{
    static const block with_any_flags = {{224, 0, 0}, 24, {0xFF}, 8};
    size_t len;
    const unsigned char *at = address_of(&args[0], &len);
    bool v4 = len == V4 || is_mapped(at, len);
    *out = sw_cel__bool(in_block(&args[0], &with_any_flags) &&
                        (v4 || (at[1] & 0x0F) == 2));
    return true;
}

static bool is_global_unicast(sw_cel__run *run, const sw_cel_value *args,
                              size_t count, sw_cel_value *out)
{
    const sw_cel_value *v = &args[0];
    *out = sw_cel__bool(!in_block(v, &unspecified) && !in_block(v, &loopback) &&
                        !in_block(v, &multicast) && !in_block(v, &broadcast) &&
                        !in_block(v, &link_unicast));
    return true;
}

// Families never contain each other.
static bool holds(const sw_cel_value *network, const unsigned char *at,
                  size_t len)
{
    size_t own;
    const unsigned char *base = address_of(network, &own);
    return own == len && begins(at, base, prefix_of(network));
}

static bool contains_ip(sw_cel__run *run, const sw_cel_value *args,
                        size_t count, sw_cel_value *out)
{
    size_t len;
    const unsigned char *at = address_of(&args[1], &len);
    *out = sw_cel__bool(holds(&args[0], at, len));
    return true;
}

static bool contains_ip_text(sw_cel__run *run, const sw_cel_value *args,
                             size_t count, sw_cel_value *out)
{
    unsigned char bytes[V6];
    if (!sw_cel__spend_text(run, args[1].as.str.len)) return false;
    size_t len = read_address(args[1].as.str, bytes);
    if (len == 0) return sw_cel__fault(out, "the string is no IP address");
    *out = sw_cel__bool(holds(&args[0], bytes, len));
    return true;
}

static bool contains_cidr(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    size_t len;
    const unsigned char *at = address_of(&args[1], &len);
    *out = sw_cel__bool(prefix_of(&args[1]) >= prefix_of(&args[0]) &&
                        holds(&args[0], at, len));
    return true;
}

static bool contains_cidr_text(sw_cel__run *run, const sw_cel_value *args,
                               size_t count, sw_cel_value *out)
{
    unsigned char bytes[V6 + 1];
    if (!sw_cel__spend_text(run, args[1].as.str.len)) return false;
    size_t len = read_network(args[1].as.str, bytes);
    if (len == 0) return sw_cel__fault(out, "the string is no network (CIDR)");
    *out = sw_cel__bool(bytes[len] >= prefix_of(&args[0]) &&
                        holds(&args[0], bytes, len));
    return true;
}

static bool ip_of(sw_cel__run *run, const sw_cel_value *args, size_t count,
                  sw_cel_value *out)
{
    size_t len;
    (void)address_of(&args[0], &len);
    *out = sw_cel__text(SW_CEL_IP, sw_cel__part(args[0].as.str, 0, len));
    return true;
}

static bool masked(sw_cel__run *run, const sw_cel_value *args, size_t count,
                   sw_cel_value *out)
{
    unsigned char bytes[V6 + 1] = {0};
    size_t len;
    const unsigned char *at = address_of(&args[0], &len);
    unsigned prefix = prefix_of(&args[0]);
    memcpy(bytes, at, prefix / 8);
    if (prefix % 8 > 0)
        bytes[prefix / 8] =
            (unsigned char)(at[prefix / 8] & (0xFF00u >> prefix % 8));
    bytes[len] = (unsigned char)prefix;
    return make(run, SW_CEL_CIDR, bytes, len + 1, out);
}

static bool prefix_length(sw_cel__run *run, const sw_cel_value *args,
                          size_t count, sw_cel_value *out)
{
    *out = sw_cel__int(prefix_of(&args[0]));
    return true;
}

const sw_cel__function sw_cel__network_functions[] = {
    {"ip", false, "s", "P", to_ip},
    {"cidr", false, "s", "C", to_cidr},
    {"isIP", false, "s", "b", is_ip},
    {"isCIDR", false, "s", "b", is_cidr},
    {"ip.isCanonical", false, "s", "b", is_canonical},
    {"family", true, "P", "i", family},
    {"isUnspecified", true, "P", "b", is_unspecified},
    {"isLoopback", true, "P", "b", is_loopback},
    {"isGlobalUnicast", true, "P", "b", is_global_unicast},
    {"isLinkLocalMulticast", true, "P", "b", is_link_multicast},
    {"isLinkLocalUnicast", true, "P", "b", is_link_unicast},
    {"containsIP", true, "CP", "b", contains_ip},
    {"containsIP", true, "Cs", "b", contains_ip_text},
    {"containsCIDR", true, "CC", "b", contains_cidr},
    {"containsCIDR", true, "Cs", "b", contains_cidr_text},
    {"ip", true, "C", "P", ip_of},
    {"masked", true, "C", "C", masked},
    {"prefixLength", true, "C", "i", prefix_length},
    {0},
};
