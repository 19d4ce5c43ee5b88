// Each clause of docs/projection.md as a drawn case. The zone is the square
// from 100,100 to 200,200 unless a case has another.
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

#include "drawn.h"

#define SQUARE "100 100,200 100,200 200,100 200"

typedef struct {
    const char *name, *map, *want;
    drawn_options how;  // zones NULL: SQUARE, "": none
} drawn_case;

static void check(const drawn_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        drawn_options how = cases[i].how;
        if (how.zones == NULL) how.zones = SQUARE;
        if (how.zones[0] == '\0') how.zones = NULL;
        drawn_expect(cases[i].name, cases[i].map, &how, cases[i].want);
    }
}

#define CHECK(cases) check((cases), sizeof(cases) / sizeof *(cases))

/* ---- 3. nodes and segments ------------------------------------------------
 */

static void nodes_in_a_zone_go(void **state)
{
    static const drawn_case cases[] = {
        {"inside", "n1 150 150 a=b;n2 50 50 a=b", "n2 50 50 a=b", {0}},
        {"on the boundary",
         "n1 100 150 a=b;n2 99 150 a=b",
         "n2 99 150 a=b",
         {0}},
        {"on a corner", "n1 200 200 a=b;n2 201 200 a=b", "n2 201 200 a=b", {0}},
        {"in a hole",
         "n1 50 50 a=b;n2 40 50 a=b;n3 45 50 a=b",
         "n1 50 50 a=b;n3 45 50 a=b",
         {.zones = "0 0,100 0,100 100,0 100|40 40,60 40,60 60,40 60"}},
        {"no zones", "n1 150 150 a=b", "n1 150 150 a=b", {.zones = ""}},
        {"all of it",
         "n1 150 150 a=b;n2 160 150;w1 1,2 a=b;r1 w1: a=b",
         "",
         {0}},
    };
    CHECK(cases);
}

static void segments_that_meet_a_zone_go(void **state)
{
    static const drawn_case cases[] = {
        {"across, no node inside",
         "n1 50 150;n2 250 150;w1 1,2 highway=path",
         "",
         {0}},
        {"the parts before and after stay",
         "n1 40 150;n2 50 150;n3 250 150;n4 260 150;w1 1,2,3,4 highway=path",
         "n1 40 150;n2 50 150;n3 250 150;n4 260 150;"
         "w1 1,2 highway=path;w2 3,4 highway=path",
         {0}},
        {"through a corner",
         "n1 90 110;n2 110 90;n3 120 80;w1 1,2,3 highway=path",
         "n2 110 90;n3 120 80;w1 2,3 highway=path",
         {0}},
        {"along an edge",
         "n1 100 50;n2 100 90;n3 100 250;n4 90 260;w1 1,2,3,4 highway=path",
         "n1 100 50;n2 100 90;n3 100 250;n4 90 260;"
         "w1 1,2 highway=path;w2 3,4 highway=path",
         {0}},
        {"one unit beside the edge",
         "n1 99 50;n2 99 250;w1 1,2 highway=path",
         "n1 99 50;n2 99 250;w1 1,2 highway=path",
         {0}},
        {"within a hole and out of it",
         "n1 45 50;n2 55 50;n3 150 50;n4 160 50;w1 1,2,3,4 highway=path",
         "n1 45 50;n2 55 50;n3 150 50;n4 160 50;"
         "w1 1,2 highway=path;w2 3,4 highway=path",
         {.zones = "0 0,100 0,100 100,0 100|40 40,60 40,60 60,40 60"}},
        {"across the antimeridian",
         "n1 1799999000 0;n2 1799999900 0;n3 -1799999900 0;"
         "n4 -1799999000 0;w1 1,2,3,4 highway=path",
         "n1 1799999000 0;n2 1799999900 0;n3 -1799999900 0;"
         "n4 -1799999000 0;w1 1,2 highway=path;w2 3,4 highway=path",
         {.zones = "1799999950 -10,1799999960 -10,1799999960 10,"
                   "1799999950 10"}},
    };
    CHECK(cases);
}

static void what_is_missing_is_restricted(void **state)
{
    static const drawn_case cases[] = {
        {"segments",
         "n1 0 0;n2 1 0;n4 3 0;n5 4 0;w1 1,2,3,4,5 highway=path",
         "n1 0 0;n2 1 0;n4 3 0;n5 4 0;w1 1,2 highway=path;w2 4,5 highway=path",
         {.zones = ""}},
        {"members",
         "n1 0 0;r1 n1:,n2:,w3:,r4: type=site",
         "n1 0 0;r1 n1: type=site",
         {.zones = ""}},
        {"all members", "n1 0 0;r1 w3: type=site", "", {.zones = ""}},
        {"kept openly",
         "n1 0 0;n2 1 0;w1 1,2,3 highway=path;r1 w1:,w9:,n7:,r5: type=site",
         "n1 0 0;n2 1 0;w1 1,2,3 highway=path;r1 w1:,w9:,n7:,r5: type=site",
         {.keep_missing = true}},
        {"kept openly, but not out of a zone",
         "n1 150 150;n2 1 0;n3 2 0;w1 3,2,9,1,8 highway=path",
         "n2 1 0;n3 2 0;w1 3,2,9 highway=path",
         {.keep_missing = true}},
        {"new ids lie above missing ways",
         "n1 50 150;n2 60 150;n3 250 150;n4 260 150;w1 1,2,3,4 highway=path;"
         "r1 w1:,w7: type=site",
         "n1 50 150;n2 60 150;n3 250 150;n4 260 150;w1 1,2 highway=path;"
         "w8 3,4 highway=path;r1 w1:,w8:,w7: type=site",
         {.keep_missing = true}},
    };
    CHECK(cases);
}

/* ---- 4. ways ---------------------------------------------------------------
 */

// Nodes 1..9 from west to east on latitude 150; 3 and 7 lie in zones.
#define ROW                                                                    \
    "n1 0 150;n2 50 150;n3 150 150;n4 250 150;n5 300 150;n6 350 150;"          \
    "n7 450 150;n8 550 150;n9 600 150;"
#define TWO_ZONES SQUARE ";400 100,500 100,500 200,400 200"

static void ways_are_split(void **state)
{
    static const drawn_case cases[] = {
        {"in and out twice",
         ROW "w5 1,2,3,4,5,6,7,8,9 highway=path",
         "n1 0 150;n2 50 150;n4 250 150;n5 300 150;n6 350 150;n8 550 150;"
         "n9 600 150;w5 1,2 highway=path;w6 4,5,6 highway=path;"
         "w7 8,9 highway=path",
         {.zones = TWO_ZONES}},
        {"starting inside",
         ROW "w5 3,4,5 highway=path",
         "n4 250 150;n5 300 150;w5 4,5 highway=path",
         {.zones = TWO_ZONES}},
        {"ending inside",
         ROW "w5 1,2,3 highway=path",
         "n1 0 150;n2 50 150;w5 1,2 highway=path",
         {.zones = TWO_ZONES}},
        {"one node left is no way", ROW "w5 2,3 highway=path", "", {0}},
        {"one node is no way", "n1 0 0;w1 1 a=b;w2 - a=b", "", {0}},
        {"a node twice in a row",
         "n1 0 0;n2 1 0;w1 1,1,2 a=b;w2 2,2 a=b",
         "n1 0 0;n2 1 0;w1 1,1,2 a=b;w2 2,2 a=b",
         {0}},
        {"metadata and tags are those of the way",
         ROW "w5 1,2,3,4,5 a=b c=d %3,1700000000,12,7,kim",
         "n1 0 150;n2 50 150;n4 250 150;n5 300 150;"
         "w5 1,2 a=b c=d %3,1700000000,12,7,kim;"
         "w6 4,5 a=b c=d %3,1700000000,12,7,kim",
         {0}},
    };
    CHECK(cases);
}

static void new_ids_follow_the_largest_kept(void **state)
{
    static const drawn_case cases[] = {
        {"removed ways do not count",
         ROW "w5 1,2,3,4,5 a=b;w6 4,5 a=b;w90 3,3 a=b;w91 4,5",
         "n1 0 150;n2 50 150;n4 250 150;n5 300 150;w5 1,2 a=b;w6 4,5 a=b;"
         "w7 4,5 a=b",
         {0}},
        {"runs of leftovers do not count",
         ROW "w5 1,2,3,4,5;w6 5,4,3,2,1 a=b",
         "n1 0 150;n2 50 150;n4 250 150;n5 300 150;w6 5,4 a=b;w7 2,1 a=b",
         {0}},
        {"negative ids come first and new ids are positive",
         ROW "w-2 1,2,3,4,5 a=b;w-9 5,4,3,2,1 a=b",
         "n1 0 150;n2 50 150;n4 250 150;n5 300 150;w-2 1,2 a=b;w-9 5,4 a=b;"
         "w1 4,5 a=b;w2 2,1 a=b",
         {0}},
        {"none is left",
         ROW "w5 1,2,3,4,5 a=b;w4611686018427387903 4,5 a=b",
         "error: way ids reach the largest number there is; none is left for "
         "the parts of ways that are split",
         {0}},
        {"the last one is taken",
         ROW "w5 1,2,3,4,5 a=b;w4611686018427387902 4,5 a=b",
         "n1 0 150;n2 50 150;n4 250 150;n5 300 150;w5 1,2 a=b;"
         "w4611686018427387902 4,5 a=b;w4611686018427387903 4,5 a=b",
         {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        drawn_options how = cases[i].how;
        how.zones = SQUARE;
        if (strncmp(cases[i].want, "error", 5) != 0) {
            drawn_expect(cases[i].name, cases[i].map, &how, cases[i].want);
            continue;
        }
        char *got = drawn_treat(cases[i].map, &how);
        assert_string_equal(got, cases[i].want);
        free(got);
    }
}

// A ring of eight around two zones: 1 2 3 4 on the south side, 5 6 7 8 back on
// the north side. The segments 2-3 and 6-7 cross the zones.
#define RING                                                                   \
    "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 200 90;n6 150 90;n7 50 90;n8 0 90;"
#define SOUTH "90 -10,110 -10,110 10,90 10"
#define NORTH "90 80,110 80,110 100,90 100"

static void closed_lines_go_round(void **state)
{
    static const drawn_case cases[] = {
        {"whole",
         RING "w1 1,2,3,4,5,6,7,8,1 highway=road",
         RING "w1 1,2,3,4,5,6,7,8,1 highway=road",
         {.zones = ""}},
        {"cut once",
         RING "w1 1,2,3,4,5,6,7,8,1 highway=road",
         RING "w1 3,4,5,6,7,8,1,2 highway=road",
         {.zones = SOUTH}},
        {"cut twice: first the one that holds the first node",
         RING "w1 1,2,3,4,5,6,7,8,1 highway=road",
         RING "w1 7,8,1,2 highway=road;w2 3,4,5,6 highway=road",
         {.zones = SOUTH ";" NORTH}},
        {"the list begins where a run begins",
         RING "w1 3,4,5,6,7,8,1,2,3 highway=road",
         RING "w1 3,4,5,6 highway=road;w2 7,8,1,2 highway=road",
         {.zones = SOUTH ";" NORTH}},
        {"the list begins where a run ends",
         RING "w1 6,7,8,1,2,3,4,5,6 highway=road",
         RING "w1 3,4,5,6 highway=road;w2 7,8,1,2 highway=road",
         {.zones = SOUTH ";" NORTH}},
        {"begun inside: the smallest list leads",
         RING "n9 100 0;w1 9,3,4,5,6,7,8,1,2,9 highway=road",
         RING "w1 3,4,5,6 highway=road;w2 7,8,1,2 highway=road",
         {.zones = SOUTH ";" NORTH}},
        {"begun inside, elsewhere",
         RING "n9 100 90;w1 9,7,8,1,2,3,4,5,6,9 highway=road",
         RING "w1 3,4,5,6 highway=road;w2 7,8,1,2 highway=road",
         {.zones = SOUTH ";" NORTH}},
        {"a tie goes to the following nodes",
         "n1 0 0 a=b;n2 1 0 a=b;n3 2 0 a=b;n9 100 0;"
         "w1 9,1,3,9,1,2,9 highway=road",
         "n1 0 0 a=b;n2 1 0 a=b;n3 2 0 a=b;w1 1,2 highway=road;"
         "w2 1,3 highway=road",
         {.zones = SOUTH}},
        {"negative ids lead",
         "n-5 1 0;n1 0 0;n2 2 0;n4 3 0;n9 100 0;"
         "w1 9,1,2,9,-5,4,9 highway=road",
         "n-5 1 0;n1 0 0;n2 2 0;n4 3 0;w1 -5,4 highway=road;"
         "w2 1,2 highway=road",
         {.zones = SOUTH}},
    };
    CHECK(cases);
}

static void cut_areas_go_whole(void **state)
{
    static const drawn_case cases[] = {
        {"cut",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest",
         "",
         {.zones = SOUTH}},
        {"not cut",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest",
         {.zones = "900 900,910 900,910 910"}},
        {"zone within, outline free",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest",
         {.zones = "90 40,110 40,110 50,90 50"}},
        {"area=no is a line",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest area=no",
         RING "w1 3,4,5,6,7,8,1,2 landuse=forest area=no",
         {.zones = SOUTH}},
        {"area=yes is an area",
         RING "w1 1,2,3,4,5,6,7,8,1 highway=pedestrian area=yes",
         "",
         {.zones = SOUTH}},
        {"building=no is a line",
         RING "w1 1,2,3,4,5,6,7,8,1 building=no",
         RING "w1 3,4,5,6,7,8,1,2 building=no",
         {.zones = SOUTH}},
        {"natural=coastline is a line, other natural is not",
         RING "w1 1,2,3,4,5,6,7,8,1 natural=coastline;"
              "w2 1,2,3,4,5,6,7,8,1 natural=water",
         RING "w1 3,4,5,6,7,8,1,2 natural=coastline",
         {.zones = SOUTH}},
        {"barrier=wall is an area, other barrier is not",
         RING "w1 1,2,3,4,5,6,7,8,1 barrier=wall;"
              "w2 1,2,3,4,5,6,7,8,1 barrier=fence",
         RING "w2 3,4,5,6,7,8,1,2 barrier=fence",
         {.zones = SOUTH}},
        {"open: no area",
         RING "w1 1,2,3,4,5,6 landuse=forest",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 200 90;n6 150 90;"
         "w1 1,2 landuse=forest;w2 3,4,5,6 landuse=forest",
         {.zones = SOUTH}},
        {"stripped of its tags it is no area",
         RING "w1 1,2,3,4,5,6,7,8,1 landuse=forest highway=road",
         RING "w1 3,4,5,6,7,8,1,2 highway=road",
         {.zones = SOUTH, .strip = "landuse"}},
        {"it leaves its tagged nodes",
         "n1 0 0 a=b;n2 50 0;n3 150 0;n4 150 50;w1 1,2,3,4,1 building=yes",
         "n1 0 0 a=b",
         {.zones = SOUTH}},
    };
    CHECK(cases);
}

/* ---- 5. relations ----------------------------------------------------------
 */

#define RING_WAYS RING "w1 1,2,3,4;w2 4,5,6,7;w3 7,8,1;"

static void multipolygons_close_or_go(void **state)
{
    static const drawn_case cases[] = {
        {"several ways make a ring",
         RING_WAYS "r1 w1:outer,w2:outer,w3:outer type=multipolygon a=b",
         RING_WAYS "r1 w1:outer,w2:outer,w3:outer type=multipolygon a=b",
         {.zones = "900 900,910 900,910 910"}},
        {"cut outer",
         RING_WAYS "r1 w1:outer,w2:outer,w3:outer type=multipolygon a=b",
         "",
         {.zones = SOUTH}},
        {"cut inner",
         RING "n21 300 0;n22 310 0;n23 310 10;w1 1,2,3,4,5,6,7,8,1;"
              "w2 21,22,23,21;r1 w1:outer,w2:inner type=multipolygon a=b",
         "",
         {.zones = "305 -5,306 -5,306 5,305 5"}},
        {"open ring",
         RING_WAYS "r1 w1:outer,w2:outer type=multipolygon a=b",
         "",
         {.zones = ""}},
        {"missing way",
         RING_WAYS "r1 w1:outer,w2:outer,w4:outer type=multipolygon a=b",
         "",
         {.zones = ""}},
        {"missing way, kept openly",
         "n1 0 0;n2 50 0;w1 1,2;r1 w1:outer,w4:outer type=multipolygon a=b",
         "n1 0 0;n2 50 0;w1 1,2;r1 w1:outer,w4:outer type=multipolygon a=b",
         {.zones = "", .keep_missing = true}},
        {"no way", "n1 0 0;r1 n1:label type=multipolygon a=b", "", {0}},
        {"a lost label is no loss",
         RING_WAYS "n9 100 0;"
                   "r1 n9:label,w1:outer,w2:outer,w3:outer type=multipolygon",
         "",
         {.zones = SOUTH}},
        {"tagged members outlive it, cut",
         RING "w1 1,2,3,4 highway=road;w2 4,5,6,7,8,1;"
              "r1 w1:outer,w2:outer type=multipolygon a=b",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;w1 1,2 highway=road;"
         "w2 3,4 highway=road",
         {.zones = SOUTH}},
        {"a boundary keeps the rest",
         RING_WAYS "r1 w1:outer,w2:outer,w3:outer type=boundary a=b",
         RING "w1 1,2;w2 4,5,6,7;w3 7,8,1;w4 3,4;"
              "r1 w1:outer,w4:outer,w2:outer,w3:outer type=boundary a=b",
         {.zones = SOUTH}},
    };
    CHECK(cases);
}

// A street 1-2-3-4-5 (w1) and one that leaves it at 5 (w2: 5-6-7).
#define TURN                                                                   \
    "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 250 0;n6 250 50;n7 250 90;"           \
    "w1 1,2,3,4,5 highway=road;w2 5,6,7 highway=road;"
#define TURN_CUT                                                               \
    "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 250 0;n6 250 50;n7 250 90;"           \
    "w1 1,2 highway=road;w2 5,6,7 highway=road;w3 3,4,5 highway=road;"

static void restrictions_keep_what_they_need(void **state)
{
    static const drawn_case cases[] = {
        {"of a cut way the run at the via stays",
         TURN "r1 w1:from,n5:via,w2:to type=restriction",
         TURN_CUT "r1 w3:from,n5:via,w2:to type=restriction",
         {.zones = SOUTH}},
        {"no run at the via",
         TURN "n8 50 9;n9 50 20;w9 8,9 highway=road;"
              "r1 w1:from,n8:via,w9:to type=restriction",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 250 0;n6 250 50;n7 250 90;"
         "n8 50 9;n9 50 20;w1 1,2 highway=road;w2 5,6,7 highway=road;"
         "w9 8,9 highway=road;w10 3,4,5 highway=road",
         {.zones = SOUTH}},
        {"all runs at vias stay",
         TURN "r1 w1:from,n2:via,n5:via,w2:to type=restriction",
         TURN_CUT "r1 w1:from,w3:from,n2:via,n5:via,w2:to type=restriction",
         {.zones = SOUTH}},
        {"via taken",
         TURN "n9 100 0;r1 w1:from,n9:via,w2:to type=restriction",
         TURN_CUT,
         {.zones = SOUTH}},
        {"via way cut",
         TURN "n8 0 9;w8 8,1 highway=road;"
              "r1 w8:from,w1:via,w2:to type=restriction:hgv",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 250 0;n6 250 50;n7 250 90;n8 0 9;"
         "w1 1,2 highway=road;w2 5,6,7 highway=road;w8 8,1 highway=road;"
         "w9 3,4,5 highway=road",
         {.zones = SOUTH}},
        {"a via way that is whole is touched",
         TURN "n8 300 50;w8 6,8 highway=road;"
              "r1 w1:from,w2:via,w8:to type=restriction",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 250 0;n6 250 50;n7 250 90;"
         "n8 300 50;w1 1,2 highway=road;w2 5,6,7 highway=road;"
         "w8 6,8 highway=road;w9 3,4,5 highway=road;"
         "r1 w9:from,w2:via,w8:to type=restriction",
         {.zones = SOUTH}},
        {"no to",
         TURN "r1 w1:from,n5:via,w9:to type=connectivity",
         TURN_CUT,
         {.zones = SOUTH}},
        {"not a restriction: all runs, in place",
         TURN "r1 w2:,w1:forward,n5: type=route",
         TURN_CUT "r1 w2:,w1:forward,w3:forward,n5: type=route",
         {.zones = SOUTH}},
    };
    CHECK(cases);
}

static void relations_fall_with_their_members(void **state)
{
    static const drawn_case cases[] = {
        {"a chain falls",
         "n1 100 0;n2 0 0 a=b;r1 r2: type=site;r2 r3: type=site;"
         "r3 n1: type=site",
         "n2 0 0 a=b",
         {.zones = SOUTH}},
        {"parents keep the rest",
         "n1 100 0;n2 0 0;r1 r2:,n2: type=site;r2 n1: type=site",
         "n2 0 0;r1 n2: type=site",
         {.zones = SOUTH}},
        {"a circle stands",
         "n1 100 0;r1 r2: type=site;r2 r1:,n1: type=site;r3 r3: type=site",
         "r1 r2: type=site;r2 r1: type=site;r3 r3: type=site",
         {.zones = SOUTH}},
        {"a broken circle falls",
         RING_WAYS "r1 r2:,w1:outer type=multipolygon;r2 r1: type=site;"
                   "r4 r2: type=site",
         "",
         {.zones = ""}},
        {"a via that falls",
         TURN "n9 100 0;r1 w2:from,r2:via,w2:to type=restriction;"
              "r2 n9: type=site",
         TURN_CUT,
         {.zones = SOUTH}},
        {"no member at all", "n1 0 0 a=b;r1 - type=site", "n1 0 0 a=b", {0}},
        {"the same member twice",
         "n1 0 0;r1 n1:a,n1:b type=site",
         "n1 0 0;r1 n1:a,n1:b type=site",
         {0}},
    };
    CHECK(cases);
}

/* ---- 6. leftovers ----------------------------------------------------------
 */

static void leftovers_go(void **state)
{
    static const drawn_case cases[] = {
        {"nodes that nothing refers to",
         "n1 0 0;n2 1 0 a=b",
         "n2 1 0 a=b",
         {.zones = ""}},
        {"ways without tags", "n1 0 0;n2 1 0;w1 1,2", "", {.zones = ""}},
        {"ways without tags that a relation needs",
         "n1 0 0;n2 1 0;w1 1,2;r1 w1: type=site",
         "n1 0 0;n2 1 0;w1 1,2;r1 w1: type=site",
         {.zones = ""}},
        {"a cut way without tags is no arm of a restriction",
         TURN "w8 1,2,3,4,5;r1 w8:from,n5:via,w2:to type=restriction",
         TURN_CUT,
         {.zones = SOUTH}},
        {"a cut way without tags that a relation needs keeps all runs",
         TURN "w8 1,2,3,4,5;r1 w8: type=route",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 250 0;n6 250 50;n7 250 90;"
         "w1 1,2 highway=road;w2 5,6,7 highway=road;w8 1,2;"
         "w9 3,4,5 highway=road;w10 3,4,5;r1 w8:,w10: type=route",
         {.zones = SOUTH}},
        {"what a removed relation referred to",
         "n1 0 0;n2 1 0;n9 100 0;w1 1,2;"
         "r1 w1:outer,n9:label type=multipolygon",
         "",
         {.zones = SOUTH}},
    };
    CHECK(cases);
}

/* ---- 7. coarsening ---------------------------------------------------------
 */

// Scale 557 has a grid of 10.
#define GRID_10 .coarsen_scale = 557

static void coarsening_snaps_and_joins(void **state)
{
    static const drawn_case cases[] = {
        {"halves away from zero",
         "n1 5 -5 a=b;n2 4 -4 a=b;n3 15 -15 a=b",
         "n1 10 -10 a=b;n2 0 0 a=b;n3 20 -20 a=b",
         {.zones = "", GRID_10}},
        {"not out of the world",
         "n1 1800000000 900000000 a=b;n2 -1800000000 -900000000 a=b",
         "n1 1799999855 899999697 a=b;n2 -1799999855 -899999697 a=b",
         {.zones = "", .coarsen_scale = 25660}},
        {"collapsed nodes become one",
         "n1 0 0;n2 3 0;n3 50 0;n4 3 40;w1 1,2,3 a=b;w2 2,4 a=b",
         "n1 0 0;n3 50 0;n4 0 40;w1 1,3 a=b;w2 1,4 a=b",
         {.zones = "", GRID_10}},
        {"the one with tags leads, and other tags stay",
         "n1 0 0;n2 3 0 x=y;n3 4 0 x=z;n4 50 0;w1 1,2,3,4 a=b",
         "n2 0 0 x=y;n3 0 0 x=z;n4 50 0;w1 2,4 a=b",
         {.zones = "", GRID_10}},
        {"joined through others and in other ways",
         "n1 0 0;n2 1 0;n3 2 0;n4 50 0;n5 60 0;w1 2,3,4 a=b;w2 1,2,5 a=b",
         "n1 0 0;n4 50 0;n5 60 0;w1 1,4 a=b;w2 1,5 a=b",
         {.zones = "", GRID_10}},
        {"same place but not joined",
         "n1 0 0;n2 1 0;n3 50 0;n4 60 0;w1 1,3 a=b;w2 2,4 a=b",
         "n1 0 0;n2 0 0;n3 50 0;n4 60 0;w1 1,3 a=b;w2 2,4 a=b",
         {.zones = "", GRID_10}},
        {"members follow",
         "n1 0 0;n2 3 0;n3 50 0;w1 1,2,3 a=b;r1 n2:x,w1: type=site",
         "n1 0 0;n3 50 0;w1 1,3 a=b;r1 n1:x,w1: type=site",
         {.zones = "", GRID_10}},
        {"a way that collapses",
         "n1 0 0;n2 3 0;w1 1,2 a=b;r1 w1: type=site",
         "",
         {.zones = "", GRID_10}},
        {"an area of fewer than four",
         "n1 0 0;n2 20 0;n3 23 0;w1 1,2,3,1 building=yes;"
         "w2 1,2,3,1 highway=road",
         "n1 0 0;n2 20 0;w2 1,2,1 highway=road",
         {.zones = "", GRID_10}},
        {"a ring without a collapsed way closes",
         "n1 0 0;n2 50 0;n3 53 0;n4 50 50;w1 1,2;w2 2,3;w3 3,4,1;"
         "r1 w1:outer,w2:outer,w3:outer type=multipolygon a=b",
         "n1 0 0;n2 50 0;n4 50 50;w1 1,2;w3 2,4,1;"
         "r1 w1:outer,w3:outer type=multipolygon a=b",
         {.zones = "", GRID_10}},
        {"open before coarsening stays open",
         "n1 0 0;n2 50 0;n3 53 0;n4 50 50;w1 1,2;w2 2,3 a=b;w3 3,4,1;"
         "r1 w1:outer,w3:outer type=multipolygon a=b",
         "",
         {.zones = "", GRID_10}},
        {"what is removed anyway joins nothing",
         "n1 0 0 x=y;n2 3 0;n3 50 0;w1 1,2;w2 2,3 a=b",
         "n1 0 0 x=y;n2 0 0;n3 50 0;w2 2,3 a=b",
         {.zones = "", GRID_10}},
        {"a restricted segment joins nothing",
         "n1 0 0;n2 3 0;n3 3 50;n4 -50 0;w1 4,1,2,3 a=b",
         "n1 0 0;n2 0 0;n3 0 50;n4 -50 0;w1 4,1 a=b;w2 2,3 a=b",
         {.zones = "1 -1,2 -1,2 1,1 1", GRID_10}},
        {"a duplicate collapses",
         "n1 0 0;n2 50 0;w1 1,1,2,2 a=b",
         "n1 0 0;n2 50 0;w1 1,2 a=b",
         {.zones = "", GRID_10}},
        {"the run that is left keeps the id",
         "n1 50 0;n2 51 0;n3 150 0;n4 200 0;w7 1,2,3,4 a=b",
         "n3 150 0;n4 200 0;w7 3,4 a=b",
         {.zones = SOUTH, GRID_10}},
        {"an arm that collapses takes its restriction",
         "n1 50 0;n2 150 0;n3 151 0;n4 150 50;n5 150 99;"
         "w1 1,2,3 a=b;w2 3,4,5 a=b;r1 w1:from,n3:via,w2:to type=restriction",
         "n2 150 0;n4 150 50;n5 150 100;w2 2,4,5 a=b",
         {.zones = SOUTH, GRID_10}},
    };
    CHECK(cases);
}

static void snapping_does_not_enter_a_zone(void **state)
{
    static const drawn_case cases[] = {
        {"a node that would be in it",
         "n1 98 150 a=b;n2 94 150 a=b",
         "n2 90 150 a=b",
         {GRID_10}},
        {"a node that would leave it",
         "n1 103 150 a=b",
         "",
         {.zones = "102 100,104 100,104 200,102 200", GRID_10}},
        {"a segment that would touch it",
         "n1 50 0;n2 96 50;n3 96 205;n4 96 300;w1 1,2,3,4 a=b",
         "n1 50 0;n2 100 50;n3 100 210;n4 100 300;w1 1,2 a=b;w2 3,4 a=b",
         {.zones = "99 90,101 90,101 200,99 200", GRID_10}},
        {"a segment that touched it",
         "n1 50 0;n2 96 50;n3 96 205;n4 96 300;w1 1,2,3,4 a=b",
         "n1 50 0;n2 100 50;n3 100 210;n4 100 300;w1 1,2 a=b;w2 3,4 a=b",
         {.zones = "95 90,97 90,97 200,95 200", GRID_10}},
    };
    CHECK(cases);
}

/* ---- 1. options ------------------------------------------------------------
 */

static void options_come_first(void **state)
{
    static const drawn_case cases[] = {
        {"strip by key, pattern, value",
         "n1 0 0 ele=5 a=b;n2 1 0 name:ko=x name=y;n3 2 0 power=tower;"
         "n4 3 0 power=line",
         "n1 0 0 a=b;n2 1 0 name=y;n4 3 0 power=line",
         {.zones = "", .strip = "ele name:* power=tower,pole"}},
        {"stripped bare is a leftover",
         "n1 0 0 ele=5;n2 1 0;w1 1,2 ele=5",
         "",
         {.zones = "", .strip = "ele"}},
        {"names in keys, values, roles and users",
         "n1 0 0 Camp_X=b c=d;n2 1 0 a=at_CAMP__x_gate c=d;"
         "n3 2 0 c=d %1,1,1,1,camp_x;r1 n1:to_Camp_X,n2:ok type=site",
         "n1 0 0 c=d;n2 1 0 c=d;n3 2 0 c=d %1,1,1,1,;"
         "r1 n1:,n2:ok type=site",
         {.zones = "", .names = "camp x"}},
        {"metadata goes",
         "n1 0 0 a=b %3,4,5,6,kim",
         "n1 0 0 a=b",
         {.zones = "", .strip_metadata = true}},
        {"out of scope loses all tags, and stays if needed",
         "n1 0 0 shop=x;n2 1 0 shop=x;n3 2 0 shop=x;w1 1,2 highway=path name=y;"
         "w2 2,3 power=line;r1 w1:,n3: type=route;r2 w1: type=site",
         "n1 0 0;n2 1 0;n3 2 0;w1 1,2 highway=path name=y;"
         "r1 w1:,n3: type=route",
         {.zones = "", .scope = "w/highway r/type=route"}},
        {"scope sees what strip leaves",
         "n1 0 0;n2 1 0;w1 1,2 highway=path name=y;w2 1,2 highway=road",
         "n1 0 0;n2 1 0;w2 1,2 highway=road",
         {.zones = "", .strip = "highway=path", .scope = "highway"}},
        {"a/ means closed ways and area relations",
         RING "w1 1,2,3,4,5,6,7,8,1 natural=x;w2 1,2,3 natural=x;"
              "r1 w1:outer type=multipolygon natural=x;"
              "r2 w1:outer type=site natural=x",
         RING "w1 1,2,3,4,5,6,7,8,1 natural=x;"
              "r1 w1:outer type=multipolygon natural=x",
         {.zones = "", .scope = "a/natural"}},
        {"what only a/ admits is an area, and cut no more",
         RING "w1 1,2,3,4,5,6,7,8,1 x=y;w2 1,2,3,4,5,6,7,8,1 x=y highway=z",
         RING "w2 3,4,5,6,7,8,1,2 x=y highway=z",
         {.zones = SOUTH, .scope = "a/x highway"}},
        {"a type that is stripped is no type",
         RING_WAYS "r1 w1:outer,w2:outer type=multipolygon a=b",
         "n1 0 0;n2 50 0;n3 150 0;n4 200 0;n5 200 90;n6 150 90;n7 50 90;"
         "w1 1,2,3,4;w2 4,5,6,7;r1 w1:outer,w2:outer a=b",
         {.zones = "", .strip = "type"}},
        {"base and roads",
         "n1 0 0 amenity=bank;n2 1 0 power=tower;n3 2 0;"
         "w1 1,2,3 highway=path;w2 1,2 power=line;w3 2,3 natural=coastline",
         "n1 0 0;n2 1 0;n3 2 0;w1 1,2,3 highway=path;w3 2,3 natural=coastline",
         {.zones = "", .scope = "base-and-roads"}},
    };
    CHECK(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_in_a_zone_go),
        cmocka_unit_test(segments_that_meet_a_zone_go),
        cmocka_unit_test(what_is_missing_is_restricted),
        cmocka_unit_test(ways_are_split),
        cmocka_unit_test(new_ids_follow_the_largest_kept),
        cmocka_unit_test(closed_lines_go_round),
        cmocka_unit_test(cut_areas_go_whole),
        cmocka_unit_test(multipolygons_close_or_go),
        cmocka_unit_test(restrictions_keep_what_they_need),
        cmocka_unit_test(relations_fall_with_their_members),
        cmocka_unit_test(leftovers_go),
        cmocka_unit_test(coarsening_snaps_and_joins),
        cmocka_unit_test(snapping_does_not_enter_a_zone),
        cmocka_unit_test(options_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
