#include "documentworker.h"

#include "capture/document.h"

#include <QThreadPool>
#include <QtConcurrentRun>

namespace wsw::desktop {

namespace {

Result<SharedDocument> shared(Result<std::unique_ptr<capture::Document>> made)
{
    if (!made)
        return made.error();
    return shareDocument(std::move(made).value());
}

} // namespace

SharedDocument shareDocument(std::unique_ptr<capture::Document> document)
{
    // It belongs to no thread, so that any may be the one that deletes it. Its signals go to their receivers' threads.
    document->moveToThread(nullptr);
    return {document.release(), [](capture::Document *last) { QThreadPool::globalInstance()->start([last] { delete last; }); }};
}

QFuture<Result<SharedDocument>> documentworker::createAutomatic()
{
    return QtConcurrent::run([] { return shared(capture::Document::createAutomatic()); });
}

QFuture<Result<SharedDocument>> documentworker::open(const QString &path)
{
    return QtConcurrent::run([path] { return shared(capture::Document::open(path)); });
}

} // namespace wsw::desktop
