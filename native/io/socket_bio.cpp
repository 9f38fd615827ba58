// The five functions of a BIO over a socket (BIO_meth_new(3)).
#include "io/socket_bio.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>

namespace nearside::io {
namespace {

namespace asio = boost::asio;

/// Enough to tell HTTP, SSH and TLS apart.
constexpr std::size_t kFirstBytes = 16;

SocketBio& state_of(BIO* bio) {
  return *static_cast<SocketBio*>(BIO_get_data(bio));
}

int read(BIO* bio, char* into, int size) {
  SocketBio& state = state_of(bio);
  BIO_clear_retry_flags(bio);
  if (state.ended || state.error) return 0;
  if (state.drained) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const auto wanted = static_cast<std::size_t>(size);
  boost::system::error_code error;
  const auto count = [&] {
    const CostMeter meter(state.calls);
    return state.socket.read_some(asio::buffer(into, wanted), error);
  }();
  if (error == asio::error::would_block) {
    state.drained = true;
    BIO_set_retry_read(bio);
    return -1;
  }
  if (error == asio::error::eof) {
    state.ended = true;
    return 0;
  }
  if (error) {
    state.error = error;
    return -1;
  }
  state.drained = count < wanted;
  state.received += count;
  if (state.first_bytes.size() < kFirstBytes)
    state.first_bytes.append(into, std::min(count, kFirstBytes - state.first_bytes.size()));
  return static_cast<int>(count);
}

int write(BIO* bio, const char* bytes, int size) {
  SocketBio& state = state_of(bio);
  BIO_clear_retry_flags(bio);
  boost::system::error_code error;
  const auto count = [&] {
    const CostMeter meter(state.calls);
    return state.socket.write_some(asio::buffer(bytes, static_cast<std::size_t>(size)), error);
  }();
  if (error == asio::error::would_block) {
    BIO_set_retry_write(bio);
    return -1;
  }
  if (error) {
    state.error = error;
    return -1;
  }
  return static_cast<int>(count);
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return state_of(bio).ended ? 1 : 0;
  return 0;
}

BIO_METHOD* make_method() {
  BIO_METHOD* const method =
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "nearside socket");
  BIO_meth_set_read(method, read);
  BIO_meth_set_write(method, write);
  BIO_meth_set_ctrl(method, control);
  return method;
}

}  // namespace

BIO* make_socket_bio(SocketBio* state) {
  static BIO_METHOD* const method = make_method();  // lives as long as the process
  BIO* const bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, state);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace nearside::io
