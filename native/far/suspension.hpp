// A program that is to stay suspended when its adapter has gone, for adapters that cannot do it.
// What always holds: its processes are found before the adapter lets go of them, and held by
// descriptor, so that no stranger with an old number is hit; they are stopped, and never ended.
#pragma once

#include "core/session/source_list.hpp"
#include "far/descriptor.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace nearside::far_end {

class Suspension {
 public:
  /// Before the adapter is asked to let go: what is traced by what descends from the keeper, else
  /// the process that the adapter has told of (0: none).
  void find(pid_t keeper, pid_t adapter, pid_t told);
  /// The adapter has let go of it, and still runs.
  void handle_let_go();
  void handle_adapter_ended();
  /// For the user, before handle_let_go: what stays suspended, and how it goes on.
  std::string words(session::AdapterKind adapter);

 private:
  struct Held {
    pid_t id = 0;
    std::string name;
    /// In the adapter's own session of processes. When that one ends, the kernel sends SIGHUP to
    /// what stands stopped there (an orphaned process group), which would end it.
    bool is_adapters = false;
    Descriptor process;
  };
  static void stop(const Held& held);

  std::vector<Held> held_;
};

}  // namespace nearside::far_end
