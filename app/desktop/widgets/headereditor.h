#pragma once

#include "base/result.h"
#include "wire/handshake.h"

#include <QWidget>

class QTableWidget;

namespace wsw::desktop {

/// Header lines as a table: order kept, an empty line at the end to go on, several lines pasted at once.
class HeaderEditor final : public QWidget
{
    Q_OBJECT
public:
    explicit HeaderEditor(QWidget *parent = nullptr);

    /// The filled lines in order; an Error names the first line that could not stand in a request head.
    [[nodiscard]] Result<wire::HeaderList> headers() const;
    void setHeaders(const wire::HeaderList &headers);
    /// Adds "Name: value" lines; what is no such line is ignored. Returns how many were added.
    int addLines(const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void appendRow(const QString &name, const QString &value);
    void keepEmptyRow();
    void removeSelected();
    [[nodiscard]] QString cell(int row, int column) const;

    QTableWidget *m_table;
};

} // namespace wsw::desktop
