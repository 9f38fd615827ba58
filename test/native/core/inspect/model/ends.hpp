// Our two ends between the model's client and its adapter, as a session has them: front and
// inspector, the channel's two queues, the session with its prefetcher. What always holds: messages
// and views stay in order on their queue; how much may be kept and prefetched comes from the seed.
#pragma once

#include "between.hpp"
#include "core/inspect/inspector.hpp"
#include "core/session/front.hpp"
#include "core/session/session.hpp"

#include <vector>

namespace nearside::inspect::model {

struct EndsOptions {
  InspectOptions inspect = {};
  session::AdapterKind adapter = session::AdapterKind::kOther;
  bool is_lazy = false;  ///< Prefetching waits for a move of its own.

  static EndsOptions of(Random& random);
};

class Ends : public Between {
 public:
  explicit Ends(const EndsOptions& options);

  void from_client(std::string message) override;
  void from_adapter(std::string message) override;
  bool move(Random& random) override;
  void pass(std::chrono::milliseconds time) override;
  void forget() override { inspector_.forget(); }
  std::optional<std::string> trouble() const override;

  /// Messages of the client that went over the channel.
  std::uint64_t forwarded() const { return forwarded_; }
  const Inspector& inspector() const { return inspector_; }
  const session::Session& session() const { return session_; }

 private:
  struct Onward {
    bool is_view = false;
    std::string bytes;
  };
  void near(InspectorOutput& out);
  void far(std::vector<session::SessionCommand> commands);
  void after_far();
  bool move_to_far();
  bool move_to_near();
  bool prefetch();

  EndsOptions options_;
  session::Front front_;
  Inspector inspector_;
  std::deque<Onward> to_far_;
  std::deque<std::string> to_near_;
  session::Session session_;
  std::chrono::milliseconds now_{0};
  std::uint64_t forwarded_ = 0;
};

}  // namespace nearside::inspect::model
