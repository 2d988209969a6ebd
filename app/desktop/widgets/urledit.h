#pragma once

#include "base/result.h"

#include <QLineEdit>

#include <optional>

namespace wsw::desktop {

/// A line for a WebSocket URL, or for the address of an outgoing proxy, that is checked as it is typed; the place of a fault is underlined.
class UrlEdit final : public QLineEdit
{
    Q_OBJECT
public:
    enum class Sort : quint8 {
        Endpoint,
        OutgoingProxy,      ///< may be empty: none
    };
    explicit UrlEdit(QWidget *parent = nullptr, Sort sort = Sort::Endpoint);

    /// What is wrong with the text now; nothing where it can be used, or will be once its scheme has been put in.
    [[nodiscard]] const std::optional<Error> &problem() const noexcept { return m_problem; }
    /// What is typed, with the scheme that is to be put in.
    [[nodiscard]] QString url() const;
    /// Where the fault is, in UTF-16 units; start -1 where it has no place.
    struct Span { qsizetype start = -1; qsizetype length = 0; };
    [[nodiscard]] Span fault() const noexcept { return m_fault; }

Q_SIGNALS:
    void checked();

protected:
    void paintEvent(QPaintEvent *event) override;
    /// Enter and leaving the line complete a URL that has no scheme.
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void check();
    /// "localhost:8765" is meant as "ws://localhost:8765"; empty where nothing is to be put in.
    [[nodiscard]] QString withScheme() const;
    /// Undo takes it back.
    void completeScheme();
    [[nodiscard]] std::optional<Error> judge() const;

    Sort m_sort;
    std::optional<Error> m_problem;
    Span m_fault;
};

} // namespace wsw::desktop
