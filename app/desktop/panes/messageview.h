#pragma once

#include "models/compressioneffect.h"
#include "models/messagecontent.h"
#include "models/messagereading.h"
#include "models/schemacache.h"
#include "payload/dialect.h"

#include <QStackedWidget>
#include <QTimer>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace wsw::desktop {

class EmptyPage;
class Inspection;
class JsonHighlighter;
class MessageMarks;
class MessageTree;
class PictureView;
class PlainTextView;
class ReadingChooser;
class SchemaBar;
class Segments;

/// The Message tab: the message that the frame belongs to, joined from its fragments; JSON and XML laid out or as a tree of values, text as
/// it is, bytes as what they seem to be or the user chooses, or in short.
class MessageView final : public QStackedWidget
{
    Q_OBJECT
public:
    explicit MessageView(Inspection *inspection, QWidget *parent = nullptr);
    ~MessageView() override;

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QWidget *makeContent();
    [[nodiscard]] QWidget *makeBar();
    void showRecord();
    void load();
    /// What a worker has made for the tab.
    struct Shown
    {
        LoadedMessage message;
        std::optional<CompressionEffect> compression;
        std::optional<payload::Saying> saying;
        std::optional<MessageReading> reading;  ///< where there is a choice
        MessageContent content;
    };
    void take(quint64 generation, const Result<Shown> &shown);
    void showMessage();
    void showText();
    using Form = MessageForm;
    [[nodiscard]] bool has(Form form) const;
    /// The one that was chosen last, or one that the message has.
    [[nodiscard]] Form form() const;
    [[nodiscard]] ReadingChoice choice() const;
    void showForms();
    void showProblem();
    /// What stands in the text, and is copied.
    [[nodiscard]] QString shownText() const;
    /// Gives the bar one line where that can be: the buttons do without their words first.
    void fitBar();
    /// Marks the button that has done its work, or none.
    void showDone(const QPushButton *button);
    void copy();
    void save();
    void saveTo(const QString &path, const std::shared_ptr<capture::Document> &document, const capture::RecordHeader &frame);
    void cancel();

    Inspection *m_inspection;
    EmptyPage *m_empty;
    QWidget *m_content = nullptr;
    QWidget *m_bar = nullptr;
    QString m_allFacts;
    QTimer m_waiting;           ///< for a message that is long in coming
    QLabel *m_facts = nullptr;
    QLabel *m_fragments = nullptr;
    QLabel *m_compression = nullptr;
    Segments *m_forms = nullptr;
    ReadingChooser *m_chooser = nullptr;
    SchemaBar *m_schema = nullptr;
    QLabel *m_problem = nullptr;
    QStackedLayout *m_pages = nullptr;
    PlainTextView *m_text = nullptr;
    MessageTree *m_tree = nullptr;
    MessageMarks *m_marks = nullptr;
    PictureView *m_picture = nullptr;
    JsonHighlighter *m_highlighter = nullptr;
    QWidget *m_partBar = nullptr;
    QLabel *m_part = nullptr;
    QPushButton *m_more = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_save = nullptr;
    LoadedMessage m_message;
    std::shared_ptr<SchemaCache> m_schemas;     ///< workers share it
    std::optional<MessageReading> m_reading;
    MessageContent m_read;
    Form m_wanted;
    std::optional<payload::Saying> m_saying;
    std::optional<CompressionEffect> m_effect;
    quint64 m_wantedBytes;
    quint64 m_generation = 0;
    std::shared_ptr<std::atomic_bool> m_cancelled;
    bool m_stale = true;
};

} // namespace wsw::desktop
