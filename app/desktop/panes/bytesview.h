#pragma once

#include "models/bytestext.h"
#include "widgets/hexwidget.h"

#include <QStackedWidget>

class QLabel;

namespace wsw::desktop {

class EmptyPage;
class Inspection;
class PayloadSource;
class Segments;

/// The Bytes tab: the whole record as on the wire, with its payload unmasked, or what that was inflated to; the selection is that of the anatomy.
class BytesView final : public QStackedWidget
{
    Q_OBJECT
public:
    explicit BytesView(Inspection *inspection, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeContent();
    void showRecord();
    /// Shows the record in the wanted form, or in one that it has.
    void showBytes();
    void showSelection();
    void copy(BytesFormat format);

    Inspection *m_inspection;
    PayloadSource *m_source;
    EmptyPage *m_empty;
    QWidget *m_content = nullptr;
    Segments *m_forms = nullptr;
    HexWidget *m_hex = nullptr;
    HexWidget::Form m_wanted = HexWidget::Form::Wire;
    QLabel *m_status = nullptr;
};

} // namespace wsw::desktop
