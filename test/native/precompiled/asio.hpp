// What most files over io begin with, compiled once: like core.hpp beside it, and Asio.
#pragma once

#include "core.hpp"

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <filesystem>
