#pragma once

#include <QtGlobal>

#include <functional>

namespace wsw::capture {

/// Told now and then how far long work on a file is, in parts of @p total; false: stop. On the thread that works.
using Progress = std::function<bool(quint64 done, quint64 total)>;

} // namespace wsw::capture
