#pragma once

#include "lesson/explain.h"

#include <QStackedWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace wsw::desktop {

class AnatomyWidget;
class Chip;
class ElidedLabel;
class EmptyPage;
class ExplanationCard;
class FrameBytesWidget;
class Inspection;
class UnmaskCard;

/// The Anatomy tab: the frame's header bit by bit, its bytes, and the explanation of the selected field.
class AnatomyView final : public QStackedWidget
{
    Q_OBJECT
public:
    explicit AnatomyView(Inspection *inspection, QWidget *parent = nullptr);

Q_SIGNALS:
    void handshakeRequested();
    void editAndSendRequested();

private:
    [[nodiscard]] QWidget *makeContent();
    [[nodiscard]] QWidget *makeHead();
    [[nodiscard]] QWidget *makeBytesCard();
    [[nodiscard]] QWidget *makeButtons();
    void showRecord();
    void showOtherRecord();
    void showFrame();
    void showPart();
    void setHovered(std::optional<lesson::HeaderPart> part);
    void setUnmasking(bool on);

    Inspection *m_inspection;
    EmptyPage *m_empty;
    QPushButton *m_toHandshake;
    QWidget *m_content = nullptr;
    QLabel *m_number = nullptr;
    Chip *m_chip = nullptr;
    QLabel *m_sizes = nullptr;
    AnatomyWidget *m_anatomy = nullptr;
    FrameBytesWidget *m_bytes = nullptr;
    QLabel *m_key = nullptr;
    QWidget *m_inflatedRow = nullptr;
    ElidedLabel *m_inflated = nullptr;
    ExplanationCard *m_card = nullptr;
    UnmaskCard *m_unmask = nullptr;
    QPushButton *m_unmaskButton = nullptr;
};

} // namespace wsw::desktop
