#pragma once

#include "base/result.h"

#include <QLineEdit>

#include <optional>

namespace wsw::desktop {

/// A line for a WebSocket URL that is checked as it is typed; the place of a fault is underlined.
class UrlEdit final : public QLineEdit
{
    Q_OBJECT
public:
    explicit UrlEdit(QWidget *parent = nullptr);

    /// What is wrong with the text now; nothing where it is a URL that can be connected to.
    [[nodiscard]] const std::optional<Error> &problem() const noexcept { return m_problem; }
    /// Where the fault is, in UTF-16 units; start -1 where it has no place.
    struct Span { qsizetype start = -1; qsizetype length = 0; };
    [[nodiscard]] Span fault() const noexcept { return m_fault; }

Q_SIGNALS:
    void checked();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void check();

    std::optional<Error> m_problem;
    Span m_fault;
};

} // namespace wsw::desktop
