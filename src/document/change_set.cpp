// The algorithms of @codemirror/state's change.ts (addSection, mapSet, composeSets) and of
// @codemirror/collab's rebaseUpdates over one update, whose results these must equal: names are
// kept so that the two can be read side by side. (MIT licence, © Marijn Haverbeke and others.)
#include "document/change_set.hpp"

#include <algorithm>
#include <span>

#include "base/assert.hpp"
#include "base/utf.hpp"

namespace colibri::document {
namespace {

using Sections = std::vector<int32_t>;
using Texts = std::vector<std::u16string>;

constexpr int32_t kKept = -1;
constexpr int32_t kDone = -2;

void add_section(Sections& sections, int32_t length, int32_t inserted, bool force_join = false) {
  if (length == 0 && inserted <= 0) return;
  const size_t n = sections.size();
  if (n > 0 && inserted <= 0 && inserted == sections[n - 1]) {
    sections[n - 2] += length;
  } else if (n > 0 && length == 0 && sections[n - 2] == 0) {
    sections[n - 1] += inserted;
  } else if (force_join) {
    sections[n - 2] += length;
    sections[n - 1] += inserted;
  } else {
    sections.push_back(length);
    sections.push_back(inserted);
  }
}

void add_insert(Texts& texts, const Sections& sections, std::u16string_view text) {
  if (text.empty()) return;
  texts.resize(sections.size() / 2);
  texts.back() += text;
}

// Walks the sections of one set, in pieces.
class SectionIter {
 public:
  SectionIter(const Sections& sections, const Texts& texts) : sections_(sections), texts_(texts) {
    next();
  }

  void next() {
    if (i < sections_.size()) {
      length = sections_[i++];
      inserted = sections_[i++];
    } else {
      length = 0;
      inserted = kDone;
    }
    offset = 0;
  }
  [[nodiscard]] bool done() const { return inserted == kDone; }
  [[nodiscard]] int32_t new_length() const { return inserted < 0 ? length : inserted; }
  [[nodiscard]] std::u16string_view text() const {
    const size_t index = (i - 2) / 2;
    return index < texts_.size() ? std::u16string_view(texts_[index]) : std::u16string_view();
  }
  [[nodiscard]] std::u16string_view text_bit(int32_t n) const {
    return text().substr(static_cast<size_t>(offset), static_cast<size_t>(n));
  }
  void forward(int32_t n) {
    if (n == length) return next();
    length -= n;
    offset += n;
  }
  void forward_new(int32_t n) {
    if (inserted == kKept) return forward(n);
    if (n == inserted) return next();
    inserted -= n;
    offset += n;
  }

  size_t i = 0;
  int32_t length = 0, inserted = kDone, offset = 0;

 private:
  const Sections& sections_;
  const Texts& texts_;
};

// Two sets that walk together: `a` is mapped over `b`.
class Mapping {
 public:
  Mapping(SectionIter a, SectionIter b, bool before) : a_(a), b_(b), before_(before) {}

  void run() {
    for (;;) {
      COLIBRI_ASSERT(!(a_.done() && b_.length) && !(b_.done() && a_.length));
      if (a_.inserted == kKept && b_.inserted == kKept) {
        const int32_t n = std::min(a_.length, b_.length);
        add_section(sections, n, kKept);
        a_.forward(n);
        b_.forward(n);
      } else if (b_.inserted >= 0 && b_comes_first()) {
        skip_change_of_b();
      } else if (a_.inserted >= 0) {
        take_change_of_a();
      } else {
        COLIBRI_ASSERT(a_.done() && b_.done());
        return;
      }
    }
  }

  Sections sections;
  Texts texts;

 private:
  [[nodiscard]] bool b_comes_first() const {
    return a_.inserted < 0 || is_inserted() ||
           (a_.offset == 0 && (b_.length < a_.length || (b_.length == a_.length && !before_)));
  }
  // Whether the text of a's present section stands already (it may be walked in pieces).
  [[nodiscard]] bool is_inserted() const { return inserted_ == a_.i; }
  void insert_text() {
    add_insert(texts, sections, a_.text());
    inserted_ = a_.i;
  }

  void skip_change_of_b() {
    int32_t length = b_.length;
    add_section(sections, b_.inserted, kKept);
    while (length) {
      const int32_t piece = std::min(a_.length, length);
      COLIBRI_ASSERT(!a_.done());
      if (a_.inserted >= 0 && !is_inserted() && a_.length <= piece) {
        add_section(sections, 0, a_.inserted);
        insert_text();
      }
      a_.forward(piece);
      length -= piece;
    }
    b_.next();
  }

  void take_change_of_a() {
    int32_t length = 0, left = a_.length;
    while (left) {
      if (b_.inserted == kKept) {
        const int32_t piece = std::min(left, b_.length);
        length += piece;
        left -= piece;
        b_.forward(piece);
      } else if (b_.inserted == 0 && b_.length < left) {
        left -= b_.length;
        b_.next();
      } else {
        break;
      }
    }
    if (is_inserted()) {
      add_section(sections, length, 0);
    } else {
      add_section(sections, length, a_.inserted);
      insert_text();
    }
    a_.forward(a_.length - left);
  }

  SectionIter a_, b_;
  bool before_;
  size_t inserted_ = static_cast<size_t>(-1);
};

// One step of composing where both sets have something left.
void compose_step(SectionIter& a, SectionIter& b, Sections& sections, Texts& texts, bool& open) {
  const int32_t n = std::min(a.new_length(), b.length);
  const size_t size_before = sections.size();
  if (a.inserted == kKept) {
    const int32_t inserted = b.inserted == kKept ? kKept : b.offset ? 0 : b.inserted;
    add_section(sections, n, inserted, open);
    if (inserted > 0) add_insert(texts, sections, b.text());
  } else if (b.inserted == kKept) {
    add_section(sections, a.offset ? 0 : a.length, n, open);
    add_insert(texts, sections, a.text_bit(n));
  } else {
    add_section(sections, a.offset ? 0 : a.length, b.offset ? 0 : b.inserted, open);
    if (!b.offset) add_insert(texts, sections, b.text());
  }
  open = (a.inserted > n || (b.inserted >= 0 && b.length > n)) &&
         (open || sections.size() > size_before);
  a.forward_new(n);
  b.forward(n);
}

Result<int32_t> read_length(const json::Value& value) {
  const auto n = value.if_integer();
  if (!n || *n < 0 || static_cast<size_t>(*n) > ChangeSet::kMaxLength)
    return failure(ErrorCode::invalid, "a change with a malformed length");
  return static_cast<int32_t>(*n);
}

// The lines of [deleted, line, line…], joined.
Result<std::u16string> read_lines(const json::Array& part) {
  std::u16string text;
  for (size_t k = 1; k < part.size(); ++k) {
    const std::string* line = part[k].if_string();
    if (!line) return failure(ErrorCode::invalid, "a change with a line that is no text");
    if (k > 1) text += u'\n';
    text += to_utf16(*line);
  }
  return text;
}

bool splits_at(std::u16string_view text, size_t at) {
  return at > 0 && at < text.size() && is_high_surrogate(text[at - 1]) &&
         is_low_surrogate(text[at]);
}

}  // namespace

Result<ChangeSet> ChangeSet::from_json(const json::Value& value) {
  const json::Array* parts = value.if_array();
  if (!parts) return failure(ErrorCode::invalid, "a change that is no list");
  ChangeSet set;
  size_t before = 0, after = 0;
  for (const json::Value& part : *parts) {
    const json::Array* list = part.if_array();
    if (list && list->empty()) return failure(ErrorCode::invalid, "an empty change");
    const auto length = read_length(list ? list->front() : part);
    if (!length) return std::unexpected(length.error());
    int32_t inserted = kKept;
    if (list) {
      auto text = read_lines(*list);
      if (!text) return std::unexpected(text.error());
      if (text->size() > kMaxLength) return failure(ErrorCode::invalid, "a change too long");
      inserted = static_cast<int32_t>(text->size());
      if (inserted > 0) {
        set.inserted_.resize(set.sections_.size() / 2);
        set.inserted_.push_back(std::move(*text));
      }
    }
    // CodeMirror makes no such section; composing and mapping would go wrong on one (an insertion
    // behind it is taken twice), and the lengths that later asserts rely on with it.
    if (*length == 0 && inserted <= 0) return failure(ErrorCode::invalid, "an empty change");
    set.sections_.push_back(*length);
    set.sections_.push_back(inserted);
    before += static_cast<size_t>(*length);
    after += static_cast<size_t>(inserted < 0 ? *length : inserted);
    if (before > kMaxLength || after > kMaxLength)
      return failure(ErrorCode::invalid, "a change too long");
  }
  return set;
}

ChangeSet ChangeSet::replace(size_t length, size_t from, size_t to, std::u16string_view insert) {
  const Replacement part{from, to, insert};
  return replace(length, {&part, 1});
}

ChangeSet ChangeSet::replace(size_t length, std::span<const Replacement> parts) {
  COLIBRI_ASSERT(length <= kMaxLength);
  ChangeSet set;
  size_t at = 0;
  for (const Replacement& part : parts) {
    COLIBRI_ASSERT(at <= part.from && part.from <= part.to && part.to <= length);
    add_section(set.sections_, static_cast<int32_t>(part.from - at), kKept);
    add_section(set.sections_, static_cast<int32_t>(part.to - part.from),
                static_cast<int32_t>(part.insert.size()));
    add_insert(set.inserted_, set.sections_, part.insert);
    at = part.to;
  }
  add_section(set.sections_, static_cast<int32_t>(length - at), kKept);
  return set;
}

json::Value ChangeSet::to_json() const {
  json::Array parts;
  for (size_t i = 0; i < sections_.size(); i += 2) {
    if (sections_[i + 1] < 0) {
      parts.emplace_back(sections_[i]);
      continue;
    }
    json::Array part{json::Value(sections_[i])};
    if (sections_[i + 1] > 0) {
      const std::u16string_view text = inserted_[i / 2];
      for (size_t from = 0; from <= text.size();) {
        const size_t end = std::min(text.find(u'\n', from), text.size());
        part.emplace_back(to_utf8(text.substr(from, end - from)));
        from = end + 1;
      }
    }
    parts.emplace_back(std::move(part));
  }
  return parts;
}

size_t ChangeSet::length() const {
  size_t n = 0;
  for (size_t i = 0; i < sections_.size(); i += 2) n += static_cast<size_t>(sections_[i]);
  return n;
}

size_t ChangeSet::new_length() const {
  size_t n = 0;
  for (size_t i = 0; i < sections_.size(); i += 2)
    n += static_cast<size_t>(sections_[i + 1] < 0 ? sections_[i] : sections_[i + 1]);
  return n;
}

bool ChangeSet::empty() const {
  return sections_.empty() || (sections_.size() == 2 && sections_[1] < 0);
}

std::u16string ChangeSet::apply(std::u16string_view text) const {
  COLIBRI_ASSERT(text.size() == length());
  std::u16string out;
  out.reserve(new_length());
  size_t at = 0;
  for (size_t i = 0; i < sections_.size(); i += 2) {
    const auto n = static_cast<size_t>(sections_[i]);
    if (sections_[i + 1] < 0)
      out += text.substr(at, n);
    else if (sections_[i + 1] > 0)
      out += inserted_[i / 2];
    at += n;
  }
  return out;
}

void ChangeSet::apply_to(std::u16string& text) const {
  COLIBRI_ASSERT(text.size() == length());
  size_t at = 0, changes = 0, from = 0, change = 0;
  for (size_t i = 0; i < sections_.size(); i += 2) {
    if (sections_[i + 1] >= 0) {
      ++changes;
      from = at;
      change = i;
    }
    at += static_cast<size_t>(sections_[i]);
  }
  if (changes == 0) return;
  if (changes > 1) {
    text = apply(text);
    return;
  }
  const auto inserted = sections_[change + 1] > 0 ? std::u16string_view(inserted_[change / 2])
                                                  : std::u16string_view();
  text.replace(from, static_cast<size_t>(sections_[change]), inserted);
}

size_t ChangeSet::inserted_units() const {
  size_t n = 0;
  for (const std::u16string& text : inserted_) n += text.size();
  return n;
}

ChangeSet ChangeSet::compose(const ChangeSet& next) const {
  if (empty()) return next;
  if (next.empty()) return *this;
  COLIBRI_ASSERT(new_length() == next.length());
  ChangeSet out;
  SectionIter a(sections_, inserted_), b(next.sections_, next.inserted_);
  for (bool open = false; !a.done() || !b.done();) {
    if (a.inserted == 0) {
      add_section(out.sections_, a.length, 0, open);
      a.next();
    } else if (b.length == 0 && !b.done()) {
      add_section(out.sections_, 0, b.inserted, open);
      add_insert(out.inserted_, out.sections_, b.text());
      b.next();
    } else {
      COLIBRI_ASSERT(!a.done() && !b.done());
      compose_step(a, b, out.sections_, out.inserted_, open);
    }
  }
  return out;
}

ChangeSet ChangeSet::map(const ChangeSet& other, bool before) const {
  if (other.empty()) return *this;
  COLIBRI_ASSERT(length() == other.length());
  Mapping mapping(SectionIter(sections_, inserted_), SectionIter(other.sections_, other.inserted_),
                  before);
  mapping.run();
  ChangeSet out;
  out.sections_ = std::move(mapping.sections);
  out.inserted_ = std::move(mapping.texts);
  return out;
}

size_t ChangeSet::map_position(size_t position, bool in_front) const {
  COLIBRI_ASSERT(position <= length());
  size_t a = 0, b = 0;
  for (size_t i = 0; i < sections_.size(); i += 2) {
    const auto n = static_cast<size_t>(sections_[i]);
    const size_t end = a + n;
    if (sections_[i + 1] < 0) {
      if (end > position) return b + (position - a);
      b += n;
    } else {
      const auto inserted = static_cast<size_t>(sections_[i + 1]);
      if (end > position || (end == position && in_front && n == 0))
        return position == a || in_front ? b : b + inserted;
      b += inserted;
    }
    a = end;
  }
  return b;
}

bool ChangeSet::splits_surrogates(std::u16string_view text) const {
  size_t at = 0;
  for (size_t i = 0; i < sections_.size(); i += 2) {
    const auto n = static_cast<size_t>(sections_[i]);
    if (sections_[i + 1] >= 0) {
      if (splits_at(text, at) || splits_at(text, at + n)) return true;
      const std::u16string_view inserted =
          sections_[i + 1] > 0 ? std::u16string_view(inserted_[i / 2]) : std::u16string_view();
      if (!inserted.empty() &&
          (is_low_surrogate(inserted.front()) || is_high_surrogate(inserted.back())))
        return true;
    }
    at += n;
  }
  return false;
}

std::optional<std::vector<Update>> rebase(std::vector<Update> updates,
                                          const std::vector<Update>& over) {
  size_t repeated = 0;
  for (const Update& accepted : over) {
    const auto left = std::span(updates).subspan(repeated);
    if (left.empty()) break;
    if (left.front().client == accepted.client) {
      if (left.front().changes.new_length() != accepted.changes.new_length()) return std::nullopt;
      ++repeated;
      continue;
    }
    ChangeSet other = accepted.changes;
    for (Update& update : left) {
      ChangeSet rebased = update.changes.map(other);
      other = other.map(update.changes, true);
      update.changes = std::move(rebased);
    }
  }
  updates.erase(updates.begin(), updates.begin() + static_cast<std::ptrdiff_t>(repeated));
  return updates;
}

}  // namespace colibri::document
