// The compiled part of Boost.Asio (BOOST_ASIO_SEPARATE_COMPILATION): once, here, and nowhere else.
#include <boost/asio/impl/src.hpp>
