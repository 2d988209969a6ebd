#pragma once

#include "net/bytestream.h"

#include <QTest>

#include <functional>

namespace wsw::test {

/// A handler that writes down what it hears, and fails the test when it hears it from within a call into the stream.
class Recorder final : public net::ByteStreamHandler
{
public:
    void bytesRead(QByteArrayView view, MonotonicNs time) override
    {
        QVERIFY2(!m_inCall, "bytesRead() from within a call");
        QVERIFY2(!isOver(), "bytesRead() after ended()");
        bytes.append(view);
        lastTime = time;
        ++reads;
        run(onBytes);
    }
    void drained() override
    {
        QVERIFY2(!m_inCall, "drained() from within a call");
        QVERIFY2(!isOver(), "drained() after ended()");
        ++drains;
        run(onDrained);
    }
    void readEnded() override
    {
        QVERIFY2(!m_inCall, "readEnded() from within a call");
        QVERIFY2(!isOver(), "readEnded() after ended()");
        ++readEnds;
        run(onReadEnded);
    }
    void ended(net::StreamEnd how, const std::optional<Error> &why) override
    {
        QVERIFY2(!m_inCall, "ended() from within a call");
        QVERIFY2(!isOver(), "ended() twice");
        end = how;
        error = why;
        run(onEnded);
    }

    /// Makes a call into a stream, during which nothing may be heard.
    template<class Call>
    void during(Call call)
    {
        m_inCall = true;
        call();
        m_inCall = false;
    }

    [[nodiscard]] bool isOver() const { return end.has_value(); }

    QByteArray bytes;
    MonotonicNs lastTime = 0;
    int reads = 0;
    int drains = 0;
    int readEnds = 0;
    std::optional<net::StreamEnd> end;
    std::optional<Error> error;
    std::function<void()> onBytes;
    std::function<void()> onDrained;
    std::function<void()> onReadEnded;
    std::function<void()> onEnded;

private:
    /// A copy: the hook may replace itself.
    static void run(const std::function<void()> hook)
    {
        if (hook)
            hook();
    }

    bool m_inCall = false;
};

} // namespace wsw::test
