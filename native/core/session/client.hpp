// One of a session's clients: its role, what it has declared, and how far it has come.
#pragma once

#include "core/inspect/prefetcher.hpp"
#include "core/session/named_sources.hpp"
#include "core/session/observed_values.hpp"
#include "core/session/role.hpp"

namespace nearside::session {

struct Client {
  Role role = Role::kOwner;
  bool has_said_initialize = false;
  /// It has been answered.
  bool is_initialized = false;
  /// Its start is answered by the session, and it has not been shown yet where the program stands.
  bool is_joining = false;
  // What it declared in initialize.
  bool is_vscode = false;
  bool starts_debugging = false;   ///< supportsStartDebuggingRequest
  bool allows_shell = false;       ///< supportsArgsCanBeInterpretedByShell
  bool shows_progress = false;     ///< supportsProgressReporting
  bool knows_invalidated = false;  ///< supportsInvalidatedEvent
  bool shows_terminals = false;    ///< Ours: kTerminalName
  bool knows_memory = false;       ///< supportsMemoryEvent
  /// Its near end keeps answers, and keeps from it the events that it does not know.
  bool is_inspecting = false;
  bool tells_times = false;
  inspect::Prefetcher prefetcher = {};
  NamedSources named = {};  ///< What its near end has been told of.
  ObservedValues values = {};
  bool knows_stops = true;  ///< Its prefetcher has heard of the present ones.
};

}  // namespace nearside::session
