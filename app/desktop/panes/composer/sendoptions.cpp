#include "panes/composer/sendoptions.h"

#include "theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QSpinBox>

#include <limits>

namespace wsw::desktop {

using session::Outgoing;

namespace {

/// Beside a field's text: padding, border, and room for the cursor.
constexpr int fieldPadding = 20;
constexpr int narrowestField = 40;
constexpr int widestField = 120;

const auto compressKey = QStringLiteral("composer/compress");

/// No wider than what it says: the bar has room for one line of options.
void fitText(QSpinBox *box)
{
    const Theme &theme = Theme::instance();
    const int text = box->fontMetrics().horizontalAdvance(box->text()) + theme.scaled(fieldPadding);
    box->setFixedWidth(qBound(theme.scaled(narrowestField), text, theme.scaled(widestField)));
}

QSpinBox *makeOptionalNumber(const char *name, const QString &suffix, int highest, QWidget *parent)
{
    auto *box = new QSpinBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setRange(0, highest);
    box->setSuffix(suffix);
    box->setSpecialValueText(SendOptions::tr("off"));
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    QObject::connect(box, &QSpinBox::textChanged, box, [box] {
        fitText(box);
        // What changes every message from now on must not look as if it were off.
        setRole(box, box->value() > 0 ? "on" : "");
    });
    fitText(box);
    return box;
}

} // namespace

SendOptions::SendOptions(QWidget *bar)
    : QObject(bar)
    , m_fragmentBytes(makeOptionalNumber("fragmentBytes", tr(" bytes"), std::numeric_limits<int>::max(), bar))
    , m_repeatMs(makeOptionalNumber("repeatMs", tr(" ms"), 24 * 3600 * 1000, bar))
    , m_compress(new QComboBox(bar))
{
    m_fragmentBytes->setToolTip(tr("Cuts a message into frames of this many payload bytes"));
    m_repeatMs->setToolTip(tr("Sends again every so many milliseconds, until stopped"));
    m_compress->setObjectName(QStringLiteral("compress"));
    m_compress->addItem(tr("auto"), static_cast<int>(Outgoing::Compress::Auto));
    m_compress->addItem(tr("off"), static_cast<int>(Outgoing::Compress::Never));
    m_compress->setCurrentIndex(qMax(0, m_compress->findData(QSettings().value(compressKey, m_compress->itemData(0)))));
    add(tr("fragment"), m_fragmentBytes, bar);
    add(tr("repeat"), m_repeatMs, bar);
    add(tr("compress"), m_compress, bar);
    connect(m_compress, &QComboBox::activated, this, [this] { QSettings().setValue(compressKey, m_compress->currentData()); });
    setCompressionAgreed(false);
}

void SendOptions::add(const QString &label, QWidget *field, QWidget *bar)
{
    auto *group = new QWidget(bar);
    auto *row = new QHBoxLayout(group);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::space4);
    auto *name = new QLabel(label, group);
    name->setBuddy(field);
    setRole(name, "secondary");
    field->setAccessibleName(label);
    row->addWidget(name);
    row->addWidget(field);
    m_widgets.append(group);
}

Outgoing SendOptions::applied(Outgoing outgoing) const
{
    if (outgoing.kind == Outgoing::Kind::Text || outgoing.kind == Outgoing::Kind::Binary) {
        outgoing.fragmentBytes = m_fragmentBytes->value();
        outgoing.compress = static_cast<Outgoing::Compress>(m_compress->currentData().toInt());
    }
    return outgoing;
}

int SendOptions::repeatMs() const
{
    return m_repeatMs->value();
}

void SendOptions::setForMessages(bool messages)
{
    m_fragmentBytes->parentWidget()->setVisible(messages);
    m_compress->parentWidget()->setVisible(messages);
}

void SendOptions::setCompressionAgreed(bool agreed)
{
    m_compress->setEnabled(agreed);
    m_compress->setToolTip(agreed ? tr("auto: the message is compressed, as agreed with the peer; off: it goes as it is")
                                  : tr("No compression has been agreed with the target"));
}

} // namespace wsw::desktop
