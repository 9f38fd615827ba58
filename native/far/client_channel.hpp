// A session's way to its client: one channel of a link. When the link is gone, so is this object.
#pragma once

#include "core/fault.hpp"
#include "core/link/link.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace nearside::far_end {

class ClientChannel {
 public:
  virtual ~ClientChannel() = default;
  /// Queued; flush() sends what is queued.
  virtual void send(link::MessageKind kind, std::string bytes) = 0;
  virtual void flush() = 0;
  virtual bool may_send() const = 0;
  /// Of its link, smoothed; 0 until it has been measured.
  virtual std::chrono::milliseconds round_trip() const = 0;
  /// Received bytes have been handed on.
  virtual void consumed(std::size_t bytes) = 0;
  /// After what is queued. Nothing may be called afterwards.
  virtual void close(std::optional<Fault> reason) = 0;
};

}  // namespace nearside::far_end
