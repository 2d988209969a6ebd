#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QByteArray>

#include <optional>
#include <vector>

class QIODevice;

namespace wsw::exchange {

/// A packet as it lies in a file.
struct FilePacket
{
    WallNs time = 0;
    quint32 linkType = 0;
    QByteArrayView bytes;       ///< valid until the next one is read; fewer than were on the wire where the capture cut them
};

/// Reads pcap (µs and ns, either byte order) and pcapng, packet by packet. Whatever the file says of lengths, no more than
/// largestBlock bytes are held, and every step goes forward.
class PacketFile final
{
public:
    static constexpr quint32 largestBlock = 16 * 1024 * 1024;
    static constexpr size_t mostInterfaces = 64 * 1024;

    /// @p device is open for reading, and must outlive this. Errors: NotACapture, Io.
    [[nodiscard]] static Result<PacketFile> open(QIODevice &device);
    /// Does a file begin like one that this reads?
    [[nodiscard]] static bool recognises(QByteArrayView beginning) noexcept;

    enum class Read : quint8 { Packet, End, Damaged };
    /// The next packet. After End or Damaged there is none.
    [[nodiscard]] Read next(FilePacket &packet);
    /// Damaged: what is wrong, in words.
    [[nodiscard]] QString problem() const { return m_problem; }

private:
    struct Interface
    {
        quint32 linkType = 0;
        quint64 unitsPerSecond = 1'000'000;
        qint64 offsetSeconds = 0;
    };

    explicit PacketFile(QIODevice &device) : m_device(&device) {}
    [[nodiscard]] bool fill(qsizetype bytes);
    [[nodiscard]] Read damaged(const QString &why);
    [[nodiscard]] Read nextClassic(FilePacket &packet);
    [[nodiscard]] Read nextBlock(FilePacket &packet, bool &isPacket);
    [[nodiscard]] Read readSection(quint32 &size);
    [[nodiscard]] bool readInterface(QByteArrayView body);
    [[nodiscard]] bool readPacket(quint32 type, QByteArrayView body, FilePacket &packet);
    [[nodiscard]] quint16 number16(const char *at) const noexcept;
    [[nodiscard]] quint32 number32(const char *at) const noexcept;

    QIODevice *m_device;
    QByteArray m_buffer;        ///< what was read last
    QString m_problem;
    bool m_isNg = false;
    bool m_isBigEndian = false;
    bool m_over = false;
    std::vector<Interface> m_interfaces;    ///< pcap: exactly one
    bool m_hasSection = false;
};

} // namespace wsw::exchange
