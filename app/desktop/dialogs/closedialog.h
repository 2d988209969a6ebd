#pragma once

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace wsw::desktop {

/// Asks for the code and the reason of a Close frame and says what the code means.
class CloseDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit CloseDialog(QWidget *parent = nullptr);
    [[nodiscard]] quint16 code() const;
    [[nodiscard]] QString reason() const;

private:
    void check();

    QSpinBox *m_code;
    QLineEdit *m_reason;
    QLabel *m_meaning;
    QDialogButtonBox *m_buttons;
};

} // namespace wsw::desktop
