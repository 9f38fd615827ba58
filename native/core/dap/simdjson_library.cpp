// simdjson's compiled part, once, here, and nowhere else: Debian has no static library of it
// (docs/decisions/0006).
#include <simdjson.cpp>
