#pragma once

#include "base/result.h"
#include "capture/record.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace wsw::capture {
class Document;
}

namespace wsw::cli {

/// Hands on every record of a growing document, once and in order, on its own thread: looks every millisecond.
class Follower final : public QObject
{
    Q_OBJECT
public:
    using Visit = std::function<void(const capture::RecordView &)>;
    Follower(const capture::Document &document, Visit visit);

    /// Looks now, where it is known that something has come.
    void look();
    void stop() { m_timer.stop(); }

Q_SIGNALS:
    /// The document cannot be read; nothing more is handed on.
    void failed(const wsw::Error &error);

private:
    const capture::Document &m_document;
    Visit m_visit;
    QTimer m_timer;
    quint64 m_seen = 0;
};

} // namespace wsw::cli
