#pragma once

#include <QString>

class QAction;

/// How actions are called in lists of them: the finder and the list of shortcuts.
namespace wsw::desktop {

/// The action's text without the mark of its mnemonic.
[[nodiscard]] QString plainText(const QAction &action);
/// Under which title it stands: of its menu, of the pane in which alone it works, or of the window.
[[nodiscard]] QString groupOf(const QAction &action);
/// "Ctrl+Return or Ctrl+Enter"; empty where it has no key.
[[nodiscard]] QString keysOf(const QAction &action);

} // namespace wsw::desktop
