// What this machine is, as far as paths depend on it: found by looking at a few files of the
// system, each read up to a limit. Starts nothing and asks nobody; a file system that does not
// answer may block it, so it runs where that harms nobody.
#pragma once

#include "core/paths/host.hpp"
#include "io/process.hpp"

namespace nearside::io {

/// `environment`: of the program that paths are for. GOROOT, GOPATH and GOMODCACHE are as that says
/// or Go's own defaults; only `go env` knows better.
paths::HostFacts describe_host(const Environment& environment);

}  // namespace nearside::io
