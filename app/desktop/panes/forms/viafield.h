#pragma once

#include "base/result.h"

#include <QWidget>

class QLabel;

namespace wsw::desktop {

class UrlEdit;

/// The outgoing proxy of a form, checked as it is typed and remembered between starts: without its password, which has no place in a file
/// of settings.
class ViaField final : public QWidget
{
    Q_OBJECT
public:
    /// @p name: of the line; @p key: of the setting.
    ViaField(const QString &name, const QString &key, QWidget *parent = nullptr);

    /// As session::ClientOptions::via; the Error says what is wrong with it.
    [[nodiscard]] Result<QString> via() const;
    [[nodiscard]] bool isEmpty() const;
    void remember() const;

private:
    void showProblem();

    QString m_key;
    UrlEdit *m_edit;
    QLabel *m_problem;
};

} // namespace wsw::desktop
