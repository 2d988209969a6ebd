#pragma once

#include <QString>

#include <functional>

namespace wsw::cli {

/// For work that takes a while: says how far it is on standard error where that is a terminal, and lets SIGINT and SIGTERM stop it in
/// good order. One at a time.
class Transfer final
{
public:
    /// @p what: "Exporting".
    explicit Transfer(const QString &what);
    /// Gives both signals back, and clears the line.
    ~Transfer();
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    /// For a worker to call; false: stop.
    [[nodiscard]] bool advance(quint64 done, quint64 total);

private:
    QString m_what;
    bool m_shown;
    int m_percent = -1;
};

} // namespace wsw::cli
