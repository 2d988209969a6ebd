#pragma once

#include "models/bytestext.h"
#include "models/termplaces.h"
#include "widgets/hexwidget.h"

#include <QStackedWidget>

#include <atomic>
#include <memory>

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

    ~BytesView() override;

protected:
    void showEvent(QShowEvent *event) override;

private:
    [[nodiscard]] QWidget *makeContent();
    /// Looks in a worker for what is searched for, and marks it: at once where the tab is seen, else when it is.
    void look();
    /// The shown form has more bytes than are searched.
    [[nodiscard]] bool isSearchedInPart() const;
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
    std::shared_ptr<std::atomic_bool> m_cancelled;      ///< stops the look that goes on
    bool m_isToLook = false;
};

} // namespace wsw::desktop
