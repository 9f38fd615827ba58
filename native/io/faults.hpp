// Makes the faults of this room: an errno or an Asio error becomes words for people.
#pragma once

#include "core/fault.hpp"

#include <boost/system/error_code.hpp>

#include <string>

namespace nearside::io {

/// A function and not braces: GCC 12 destroys braced aggregates twice in some coroutine statements.
Fault make_fault(Errc code, Condition condition, std::string message);
/// "No such file or directory".
std::string errno_text(int number);
/// A stream broke: kStopped if we ended the operation ourselves, else kTransportFailed.
Fault stream_fault(const std::string& name, const char* doing,
                   const boost::system::error_code& error);

}  // namespace nearside::io
