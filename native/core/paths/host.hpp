// What an end knows of the machine that it runs on and of files there, as far as paths depend on
// it: found by io, sent by the far end with SessionReady and SourcesSeen, and all that presets,
// case folding and inference are chosen from. Pure data.
#pragma once

#include "core/fault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace nearside::paths {

/// A folder of another file system that shows here: `source` as the other side calls it.
struct Mount {
  std::string source;  ///< Where it comes from: "/home/u/proj" on the container's host, "C:\\".
  std::string target;  ///< Where it shows here: "/workspaces/proj", "/mnt/c".
  bool operator==(const Mount&) const = default;
};

/// All paths absolute, in this machine's own style. Empty: there is none, or it is not known.
struct HostFacts {
  std::string os;            ///< "linux", "macos", "windows".
  std::string architecture;  ///< Of the machine: "x86_64", "arm64", …
  std::string translation;   ///< What runs foreign programs here: "rosetta", "qemu"; mostly empty.
  std::string home;
  std::string wsl_distribution;          ///< "Ubuntu-22.04"; empty: this is not WSL.
  int wsl_version = 0;                   ///< 1 or 2; 0: this is not WSL.
  std::string container;                 ///< "docker", "podman", "kubernetes", …; empty: none.
  std::vector<Mount> mounts;             ///< Bind mounts of a container, drives of WSL.
  std::string go_root, go_module_cache;  ///< GOROOT, GOMODCACHE.
  std::vector<std::string> go_path;      ///< GOPATH's entries.
  std::string sysroot;                   ///< Where debug information looks for target files.
  bool folds_case = false;               ///< The root file system takes A and a for the same name.
  /// Folders whose file system does the opposite: "/mnt/c" on WSL.
  std::vector<std::string> case_exceptions;
  bool operator==(const HostFacts&) const = default;
};

/// A file that the adapter has named, as the far end finds it.
struct RemoteFile {
  std::string path;     ///< As the adapter spells it.
  bool exists = false;  ///< A regular file that can be read.
  std::string digest;   ///< SHA-256 in hex; empty: none was made (missing, too large, too late).
  bool operator==(const RemoteFile&) const = default;
};

nlohmann::json to_json(const HostFacts& facts);
/// From a peer: a member that is missing, of a wrong type or a text longer than kMaxPathBytes
/// counts as unknown; lists are cut at kMaxFacts entries.
HostFacts host_facts_from_json(const nlohmann::json& json);

}  // namespace nearside::paths
