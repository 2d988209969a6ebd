#pragma once

#include <QHostInfo>
#include <QObject>

#include <functional>

namespace wsw::net {

/// Looks up one name. Deleting it cancels without a call. Named slot in place of a functor: Qt 6.4 leaks the functor of a lookup
/// whose receiver is gone.
class NameLookup final : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(const QHostInfo &info)>;
    /// One call of @p done, from the event loop; the lookup may be deleted in it.
    NameLookup(const QString &name, Done done);
    ~NameLookup() override;

private Q_SLOTS:
    void onLookedUp(const QHostInfo &info);

private:
    Done m_done;
    int m_id;
};

} // namespace wsw::net
