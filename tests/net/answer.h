#pragma once

#include "net/dialler.h"

#include <QTest>

#include <functional>

namespace wsw::test {

/// Keeps what a Dialler says; more than one call fails the test.
class Answer final : public net::DiallerHandler
{
public:
    void dialled(std::unique_ptr<net::ByteStream> made, const net::DialTimes &taken) override
    {
        QVERIFY2(calls++ == 0, "a second answer");
        stream = std::move(made);
        times = taken;
        if (onAnswer)
            onAnswer();
    }
    void dialFailed(const Error &why, const net::DialTimes &taken) override
    {
        QVERIFY2(calls++ == 0, "a second answer");
        error = why;
        times = taken;
        if (onAnswer)
            onAnswer();
    }
    int calls = 0;
    std::unique_ptr<net::ByteStream> stream;
    std::optional<Error> error;
    net::DialTimes times;
    std::function<void()> onAnswer;
};

} // namespace wsw::test
