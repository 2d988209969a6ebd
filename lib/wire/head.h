#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>
#include <vector>

namespace wsw::wire {

/// One header line, as it stood: where, and its two parts.
struct HeaderField
{
    QByteArray name;        ///< as written, case kept
    QByteArray value;       ///< without surrounding white space; folded lines joined by one space
    qsizetype offset = 0;   ///< of the line's first byte within the head
    qsizetype length = 0;   ///< of the line(s), line end included
};

/// An HTTP/1.1 head (RFC 9112): the raw bytes, and their reading.
struct Head
{
    enum class Kind : quint8 { Request, Response };
    Kind kind = Kind::Request;
    QByteArray raw;             ///< every byte, the empty line included
    QByteArray method;          ///< requests
    QByteArray target;          ///< requests
    int versionMajor = 1;
    int versionMinor = 1;
    int status = 0;             ///< responses, 100 to 999
    QByteArray reason;          ///< responses; may be empty
    QList<HeaderField> fields;  ///< in the order of the wire, repeats kept

    /// First value of @p name (case-insensitive), or nothing.
    [[nodiscard]] std::optional<QByteArray> value(QByteArrayView name) const;
    /// All values of @p name, in order.
    [[nodiscard]] QList<QByteArray> values(QByteArrayView name) const;
    /// All values of @p name read as one comma-separated list, quoted strings kept whole, white space trimmed, empty members left out.
    [[nodiscard]] QList<QByteArray> list(QByteArrayView name) const;
    /// Does list(@p name) hold @p token, compared without case?
    [[nodiscard]] bool hasToken(QByteArrayView name, QByteArrayView token) const;
};

enum class HeadStatus : quint8 { NeedMore, Complete, Malformed, TooLarge };

/// Collects the bytes of one head and reads them. Sans-I/O. A bare LF is accepted as line end, as RFC 9112, 2.2 allows. Bytes
/// that can be no HTTP are found at the first bad one: garbage never makes anyone wait for an empty line.
class HeadParser final
{
public:
    explicit HeadParser(Head::Kind kind);
    /// Takes bytes up to the end of the head; returns how many were taken (the rest belongs to what follows). Where the head
    /// is Malformed or TooLarge, the byte at fault is the last that is taken.
    qsizetype feed(QByteArrayView bytes);
    [[nodiscard]] HeadStatus status() const noexcept { return m_status; }
    /// The head when Complete; otherwise what has come so far in .raw.
    [[nodiscard]] const Head &head() const noexcept { return m_head; }
    /// When Malformed or TooLarge: one sentence, and the offset of the byte at fault.
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] qsizetype problemOffset() const noexcept { return m_problemOffset; }

private:
    /// Which part of the head the next byte belongs to.
    enum class Part : quint8 { Start, Method, Target, Version, AfterVersion, Status, AfterStatus, Reason, LineStart, Name, Value };

    void take(uchar byte);
    void takeLineByte(uchar byte);
    void takeStart(uchar byte);
    void takeMethod(uchar byte);
    void takeTarget(uchar byte);
    void takeVersion(uchar byte);
    void takeStatus(uchar byte);
    void takeLineStart(uchar byte);
    void takeName(uchar byte);
    void takeText(uchar byte);
    void endLine();
    void endField();
    [[nodiscard]] QByteArray slice(qsizetype from, qsizetype to) const { return m_head.raw.mid(from, to - from); }
    void enter(Part part);
    void fail(const QString &problem);
    void failTooLarge(const QString &problem);

    Head m_head;
    HeadStatus m_status = HeadStatus::NeedMore;
    QString m_problem;
    qsizetype m_problemOffset = 0;
    qsizetype m_at = 0;         ///< offset of the byte being read
    qsizetype m_lineStart = 0;
    qsizetype m_partStart = 0;  ///< of the current part
    qsizetype m_colon = 0;      ///< of the current header line
    Part m_part = Part::Start;
    bool m_afterCr = false;     ///< a CR came: only LF may follow
    bool m_folded = false;      ///< the current line continues the header line before it
};

} // namespace wsw::wire
