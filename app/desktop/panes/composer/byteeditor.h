#pragma once

#include "panes/composer/bytetext.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace wsw::desktop {

/// Bytes typed as hex, base64, text or text with escapes, with a live count and the exact place of a mistake.
class ByteEditor final : public QWidget
{
    Q_OBJECT
public:
    /// @p formats: what may be chosen, the first one at the start.
    explicit ByteEditor(const QList<ByteFormat> &formats, QWidget *parent = nullptr);

    [[nodiscard]] const ByteText &content() const noexcept { return m_content; }
    [[nodiscard]] ByteFormat format() const;
    [[nodiscard]] QString text() const;
    /// Writes @p bytes in the current format, or as hex where that is not possible; can be undone.
    void setBytes(const QByteArray &bytes);
    void setText(const QString &text, ByteFormat format);
    [[nodiscard]] QPlainTextEdit *edit() const { return m_edit; }

Q_SIGNALS:
    void changed();

private:
    void read();
    void changeFormat();
    void showStatus();

    QPlainTextEdit *m_edit;
    QComboBox *m_format;
    QLabel *m_status;
    ByteText m_content;
    ByteFormat m_lastFormat;
};

/// "hex", "base64", "text" or "escaped": in settings and history.
[[nodiscard]] QString byteFormatName(ByteFormat format);
[[nodiscard]] ByteFormat byteFormatFromName(const QString &name);

} // namespace wsw::desktop
