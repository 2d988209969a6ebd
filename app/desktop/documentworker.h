#pragma once

#include "base/result.h"

#include <QFuture>
#include <QString>

#include <memory>

namespace wsw::capture {
class Document;
}

namespace wsw::desktop {

/// A document as the window's parts share it. Closing one may take as long as the disk takes: whoever lets go of it last, that is done
/// in a worker.
using SharedDocument = std::shared_ptr<capture::Document>;

[[nodiscard]] SharedDocument shareDocument(std::unique_ptr<capture::Document> document);

/// Documents are made and opened in workers: a folder may be on a slow disk, and a log that was left behind is merged first.
namespace documentworker {
[[nodiscard]] QFuture<Result<SharedDocument>> createAutomatic();
[[nodiscard]] QFuture<Result<SharedDocument>> open(const QString &path);
}

} // namespace wsw::desktop
