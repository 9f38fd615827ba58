// Words for the errors of the system.
#include "io/faults.hpp"

#include <boost/asio/error.hpp>

#include <system_error>

namespace nearside::io {

Fault make_fault(Errc code, Condition condition, std::string message) {
  return Fault{code, condition, std::move(message)};
}

std::string errno_text(int number) {
  return std::generic_category().message(number);
}

Fault stream_fault(const std::string& name, const char* doing,
                   const boost::system::error_code& error) {
  if (error == boost::asio::error::operation_aborted || error == boost::asio::error::bad_descriptor)
    return make_fault(Errc::kStopped, Condition::kUnreachable,
                      "the connection " + name + " was closed");
  return make_fault(Errc::kTransportFailed, Condition::kUnreachable,
                    std::string(doing) + " " + name + " failed: " + error.message());
}

}  // namespace nearside::io
