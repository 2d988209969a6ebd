#pragma once

#include <QFrame>

class QButtonGroup;

namespace wsw::desktop {

/// A row of buttons of which one is chosen, drawn as one control.
class Segments final : public QFrame
{
    Q_OBJECT
public:
    explicit Segments(const QStringList &texts, QWidget *parent = nullptr);
    [[nodiscard]] int current() const;
    /// Chooses without chosen(); -1 chooses none.
    void setCurrent(int index);
    void setSegmentEnabled(int index, bool enabled);
    void setSegmentVisible(int index, bool visible);

Q_SIGNALS:
    /// The user has chosen.
    void chosen(int index);

private:
    QButtonGroup *m_group;
};

} // namespace wsw::desktop
