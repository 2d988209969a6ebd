#pragma once

#include "models/bytestext.h"

#include <QStackedWidget>

class QLabel;

namespace wsw::desktop {

class EmptyPage;
class HexWidget;
class Inspection;
class PayloadSource;
class Segments;

/// The Bytes tab: the whole record as on the wire, or with its payload unmasked; the selection is that of the anatomy.
class BytesView final : public QStackedWidget
{
    Q_OBJECT
public:
    explicit BytesView(Inspection *inspection, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeContent();
    void showRecord();
    void showSelection();
    void copy(BytesFormat format);

    Inspection *m_inspection;
    PayloadSource *m_source;
    EmptyPage *m_empty;
    QWidget *m_content = nullptr;
    Segments *m_forms = nullptr;
    HexWidget *m_hex = nullptr;
    QLabel *m_status = nullptr;
};

} // namespace wsw::desktop
