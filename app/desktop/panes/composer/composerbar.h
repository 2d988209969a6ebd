#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace wsw::desktop {

class FlowLayout;

/// The bar below the composer's pages: options in one line where there is room and in more where there is not, Send in the corner.
class ComposerBar final : public QWidget
{
    Q_OBJECT
public:
    explicit ComposerBar(QWidget *parent = nullptr);

    /// Behind those that are there.
    void addOption(QWidget *option);
    [[nodiscard]] QPushButton *send() const { return m_send; }
    /// What has been sent (may be empty), and @p hint, which is left out where it would cost a line.
    void setCounter(const QString &fact, const QString &hint);

protected:
    bool event(QEvent *event) override;

private:
    void fit();
    [[nodiscard]] QString counterText(bool withHint) const;
    [[nodiscard]] int optionsHeight(const QString &counter) const;

    FlowLayout *m_options;
    QLabel *m_counter;
    QPushButton *m_send;
    QString m_fact;
    QString m_hint;
};

} // namespace wsw::desktop
