// The recorded session of VS Code and dlv (test/fixtures/vscode-dlv.jsonl), for tests that want
// what real programs say.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace nearside::dap {

enum class Direction { kToAdapter, kToClient };

struct RecordedMessage {
  Direction direction;
  std::string bytes;  ///< The message as it was written down.
};

/// Tests run from the repository or from a build folder in or beside it.
inline std::filesystem::path find_recording() {
  const std::filesystem::path fixture = "test/fixtures/vscode-dlv.jsonl";
  const auto source = std::filesystem::absolute(__FILE__);
  for (auto start : {std::filesystem::current_path(), source.parent_path()}) {
    for (; start != start.root_path(); start = start.parent_path()) {
      if (std::filesystem::exists(start / fixture)) return start / fixture;
    }
  }
  return fixture;
}

/// All messages in the order in which they went. Fails the test if the file is not found.
inline const std::vector<RecordedMessage>& recorded_session() {
  static const auto messages = [] {
    std::vector<RecordedMessage> read;
    std::ifstream file(find_recording());
    for (std::string line; std::getline(file, line);) {
      // {"t":…,"dir":">","m":{…}}: the message keeps its bytes, so it is cut out, not parsed.
      const auto message = line.find("\"m\":{");
      if (message == line.npos) continue;
      const bool to_adapter = line.find("\"dir\":\">\"") < message;
      const auto begin = message + 4;
      read.push_back({to_adapter ? Direction::kToAdapter : Direction::kToClient,
                      line.substr(begin, line.rfind('}') - begin)});
    }
    return read;
  }();
  EXPECT_GT(messages.size(), 100U) << "test/fixtures/vscode-dlv.jsonl is not there";
  return messages;
}

}  // namespace nearside::dap
