#pragma once

#include <QDialog>

class QCheckBox;
class QSpinBox;

namespace wsw::desktop {

/// Asks how large the file of a capture may become before its oldest frames go to an archive beside it.
class SizeLimitDialog final : public QDialog
{
    Q_OBJECT
public:
    /// @p bytes: the limit that is in force; 0: none.
    explicit SizeLimitDialog(qint64 bytes, QWidget *parent = nullptr);
    /// 0: none.
    [[nodiscard]] qint64 bytes() const;

private:
    QCheckBox *m_limited;
    QSpinBox *m_megabytes;
};

} // namespace wsw::desktop
