#pragma once

#include "capture/document.h"
#include "workspace.h"

namespace wsw::test {

/// Goes on with a fresh automatic capture, made at once.
[[nodiscard]] inline Result<> beginCapture(desktop::Workspace &workspace)
{
    auto made = capture::Document::createAutomatic();
    if (!made)
        return made.error();
    workspace.show(desktop::shareDocument(std::move(made).value()));
    return {};
}

/// Looks at a saved capture, opened at once.
[[nodiscard]] inline Result<> openCapture(desktop::Workspace &workspace, const QString &path)
{
    auto opened = capture::Document::open(path);
    if (!opened)
        return opened.error();
    workspace.show(desktop::shareDocument(std::move(opened).value()));
    return {};
}

} // namespace wsw::test
