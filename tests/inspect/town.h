// A small town and a writer of its own for it, which can also write badly: one
// knob for each thing that a release must not have.
#ifndef SW_TEST_TOWN_H
#define SW_TEST_TOWN_H

#include "segwan/base.h"

#define TOWN_MOST 64

typedef struct {
    int64_t id;
    int32_t lon_e7, lat_e7;
    const char *tags[9];  // key, value, …, NULL
} town_node;

typedef struct {
    int64_t id;
    int64_t refs[16];
    size_t ref_count;
    const char *tags[9];
} town_way;

typedef struct {
    char type;  // 'n', 'w', 'r'
    int64_t ref;
    const char *role;
} town_member;

typedef struct {
    int64_t id;
    town_member members[8];
    size_t member_count;
    const char *tags[9];
} town_relation;

typedef struct {
    town_node nodes[TOWN_MOST];
    town_way ways[TOWN_MOST];
    town_relation relations[TOWN_MOST];
    size_t node_count, way_count, relation_count;

    // How it is written; {0} is canonical.
    const char *stray_string;  // one more string, used by nothing
    const char *first_string;  // in place of the empty one
    bool twin_strings, swapped_strings;
    const char *user;    // metadata, with this user
    bool version_zero;   // which means that there is none
    bool visible;        // metadata with a visible flag
    const char *writer;  // header fields
    bool bbox, source, replication, history, no_features;
    bool index_data;
    bool raw;                // blobs that are not compressed
    bool foreign_blob;       // of a type of its own
    bool bytes_after_zlib;   // behind the stream, within its field
    bool bytes_after_blobs;  // behind the last blob
    bool block_field, group_field, way_field, dense_field, header_field;
    bool wide_number;       // a varint longer than need be
    bool explicit_default;  // granularity 100, said
    bool empty_column;      // of tags, though no node has any
    bool plain_nodes;
    bool two_groups;       // nodes and ways in one block
    bool ways_first;       // types out of order
    bool granularity;      // 1000 nanodegrees
    size_t block_objects;  // 0: 8000
} town;

/** Roads, a building, a park with a hole, a turn restriction: a good release.
 */
void town_build(town *t);
/** The file's bytes; free with sw_buf_free(). */
sw_buf town_write(const town *t);

#endif
