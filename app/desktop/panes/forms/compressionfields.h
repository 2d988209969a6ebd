#pragma once

#include "wire/deflatenegotiation.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QGridLayout;

namespace wsw::desktop {

class FoldSection;

/// permessage-deflate as fields: whether, the four parameters, and how hard to compress. Off until the user wants it, then remembered.
class CompressionFields final : public QWidget
{
    Q_OBJECT
public:
    enum class Use : quint8 {
        Host,       ///< answers what clients offer
        Client,     ///< offers it to a server
        Proxy,      ///< offers it to the target for clients that do not
    };
    /// Reads what remember() has kept for @p use.
    explicit CompressionFields(Use use, QWidget *parent = nullptr);

    /// What a host wants; nothing: off.
    [[nodiscard]] std::optional<wire::DeflatePolicy> policy() const;
    /// What a client offers; nothing: off.
    [[nodiscard]] std::optional<wire::DeflateOffer> offer() const;
    /// 1 (fast) to 9 (small), -1: zlib's middle.
    [[nodiscard]] int level() const;
    [[nodiscard]] bool isOn() const;
    void remember() const;

Q_SIGNALS:
    void toggled(bool on);

private:
    /// One end's two parameters.
    struct Side
    {
        QCheckBox *context;
        QComboBox *window;
    };

    [[nodiscard]] QString key(const char *name) const;
    [[nodiscard]] QString objectNameOf(const char *name) const;
    [[nodiscard]] Side addSide(QGridLayout *grid, int row, Role role);
    void fillWindow(QComboBox *window, Role role) const;
    void addLevel(QGridLayout *grid, int row);
    void restore();
    void showState();
    [[nodiscard]] std::optional<int> windowBits(const Side &side) const;
    [[nodiscard]] wire::ContextTakeover contextTakeover(const Side &side) const;

    Use m_use;
    QCheckBox *m_on;
    QWidget *m_parameters;
    Side m_server{};
    Side m_client{};
    QComboBox *m_level = nullptr;
};

/// A section that holds @p fields and says while it is folded whether they are on.
[[nodiscard]] FoldSection *makeCompressionSection(CompressionFields *fields, QWidget *parent);

} // namespace wsw::desktop
