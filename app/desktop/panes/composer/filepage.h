#pragma once

#include "panes/composer/composerpage.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace wsw::desktop {

/// A file's bytes as one message, read anew at each sending, off the GUI thread.
class FilePage final : public ComposerPage
{
    Q_OBJECT
public:
    explicit FilePage(QWidget *parent = nullptr);

    void compose(const Done &done) override;
    [[nodiscard]] QJsonObject save() const override;
    void load(const QJsonObject &content) override;
    [[nodiscard]] QString summary() const override;
    void focusFirst() override;

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void browse();
    void showSize();

    QLineEdit *m_path;
    QComboBox *m_kind;
    QLabel *m_size;
    quint64 m_sizeQuestions = 0;    ///< only the last one is answered
};

} // namespace wsw::desktop
