#pragma once

#include "exchange/exporter.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;

namespace wsw::desktop {

/// What the frame log shows.
struct LogView
{
    capture::Filter filter;
    std::optional<QSet<ConnectionId>> connections;  ///< nothing: those of all
    [[nodiscard]] bool isEverything() const { return filter.matchesEverything() && !connections; }
};

/// Asks what is exported, as what, and whether secrets are masked.
class ExportDialog final : public QDialog
{
    Q_OBJECT
public:
    /// @p view: offered as an alternative to everything where it is not that.
    explicit ExportDialog(const LogView &view, QWidget *parent = nullptr);
    [[nodiscard]] exchange::ExportOptions options() const;

private:
    [[nodiscard]] const exchange::FormatInfo &format() const;
    void check();

    LogView m_view;
    QComboBox *m_format;
    QComboBox *m_what;
    QComboBox *m_unit;
    QCheckBox *m_mask;
    QLabel *m_hint;
};

} // namespace wsw::desktop
