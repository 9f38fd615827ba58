// A mapper with files that are not on any disk, and the player of its transcripts (the words are
// those of ../session/transcript.hpp), which know beside messages:
//
//   >> host {"os":"linux"}                  what the far end says of itself
//   >> files /src/main.go=d1 /src/x.go=     files the adapter names, with their digests; `-`:
//   missing
//   >> disk                                 local files may have changed
//   << notice Paths under …                 << rules changed
#pragma once

#include "../session/transcript.hpp"
#include "core/paths/mapper.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

/// Files of a POSIX machine, by path, with their digests.
class FakeFiles : public LocalFiles {
 public:
  std::map<std::string, std::string> files;
  std::string workspace;

  Presence presence(const std::string& path) override {
    if (!path.starts_with('/')) {
      const bool is_foreign = path.starts_with("\\\\") || (path.size() > 1 && path[1] == ':');
      return is_foreign ? Presence::kUnknown : Presence::kMissing;
    }
    const auto folder = path.ends_with('/') ? path : path + '/';
    const auto below = files.lower_bound(folder);
    const bool is_folder = below != files.end() && below->first.starts_with(folder);
    return is_folder || files.contains(path) ? Presence::kThere : Presence::kMissing;
  }
  std::string digest(const std::string& path) override {
    ++digests_made;
    const auto found = files.find(path);
    return found == files.end() ? std::string() : found->second;
  }
  std::vector<std::string> named(const std::string& file_name) override {
    std::vector<std::string> found;
    for (const auto& [path, digest] : files)
      if (path.starts_with(workspace + '/') && path.ends_with('/' + file_name))
        found.push_back(path);
    return found;
  }
  int digests_made = 0;
};

inline Rule user_rule(std::string local, std::string remote) {
  return {std::move(local), std::move(remote), Origin::kUser, "--map"};
}

/// A mapper on a Linux machine whose workspace is /home/me/app.
struct Played {
  FakeFiles files;
  MapperOptions options;
  std::unique_ptr<Mapper> mapper;

  Played() {
    options.adapter = "dlv";
    options.workspace = "/home/me/app";
    options.local.os = "linux";
  }

  std::vector<std::string> step(std::string_view line) {
    if (!mapper) {
      files.workspace = options.workspace;
      mapper = std::make_unique<Mapper>(options, files);
    }
    MapperOutput out;
    const auto word = line.substr(0, line.find(' '));
    const auto rest = line.substr(std::min(line.size(), word.size() + 1));
    if (word == "client") {
      mapper->from_client(session::message_of_words(rest), out);
    } else if (word == "adapter") {
      mapper->from_adapter(session::message_of_words(rest), out);
    } else if (word == "host") {
      mapper->handle_far_host(host_facts_from_json(nlohmann::json::parse(rest)), out);
    } else if (word == "files") {
      mapper->handle_sources(files_of(rest), out);
    } else {
      mapper->handle_local_files(options.presets, out);
    }
    std::vector<std::string> lines;
    for (const auto& notice : out.notices) lines.push_back("notice " + notice);
    if (out.rules_changed) lines.emplace_back("rules changed");
    for (const auto& message : out.to_adapter)
      lines.push_back("adapter " + session::words_of_message(message.bytes()));
    for (const auto& message : out.to_client)
      lines.push_back("client " + session::words_of_message(message.bytes()));
    return lines;
  }

  std::string play(std::string_view script) {
    return session::play(script, [&](std::string_view line) { return step(line); });
  }

 private:
  static std::vector<RemoteFile> files_of(std::string_view words) {
    std::vector<RemoteFile> found;
    while (!words.empty()) {
      const auto word = words.substr(0, words.find(' '));
      words.remove_prefix(std::min(words.size(), word.size() + 1));
      const auto equals = std::min(word.find('='), word.size());
      const auto digest = word.substr(std::min(word.size(), equals + 1));
      found.push_back({std::string(word.substr(0, equals)), digest != "-",
                       digest == "-" ? "" : std::string(digest)});
    }
    return found;
  }
};

}  // namespace nearside::paths
