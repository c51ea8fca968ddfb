#include "carillon/evidence/shared_evidence.hpp"

#include "carillon/block/block_file.hpp"
#include "carillon/core/byte_record.hpp"
#include "carillon/evidence/evidence_file.hpp"

namespace carillon {
namespace {

void write_blocks(ByteWriter& bytes, const std::vector<Block>& blocks) {
  bytes.integer(static_cast<long>(blocks.size()));
  for (const Block& block : blocks) {
    const BlockTexts texts = block_texts(block);
    bytes.text(texts.yaml).text(texts.coefficients);
  }
}

std::vector<Block> read_blocks(ByteReader& bytes) {
  std::vector<Block> blocks;
  const long count = bytes.integer();
  for (long k = 0; k < count; ++k) {
    BlockTexts texts;
    texts.yaml = bytes.text();
    texts.coefficients = bytes.text();
    blocks.push_back(block_from_texts(texts, "evidence"));
  }
  return blocks;
}

}  // namespace

std::string evidence_head(const Evidence& evidence) {
  ByteWriter bytes;
  bytes.text(evidence_level_name(evidence.level)).integer(evidence.folds).text(evidence.settings);
  const RowForm& form = evidence.form;
  bytes.integer(form.energy_per_atom).integer(form.stress_times_volume).number(form.shear_multiplicity);
  write_blocks(bytes, evidence.blocks);
  write_blocks(bytes, evidence.parents);
  bytes.numbers(evidence.prior_mean);
  return bytes.take();
}

Evidence evidence_from_head(std::string_view head) {
  ByteReader bytes(head);
  Evidence evidence;
  evidence.level = evidence_level_from_name(std::string(bytes.text()));
  evidence.folds = static_cast<int>(bytes.integer());
  evidence.settings = bytes.text();
  evidence.form.energy_per_atom = bytes.integer() != 0;
  evidence.form.stress_times_volume = bytes.integer() != 0;
  evidence.form.shear_multiplicity = bytes.number();
  evidence.blocks = read_blocks(bytes);
  evidence.parents = read_blocks(bytes);
  evidence.prior_mean = bytes.numbers();
  bytes.end();
  return evidence;
}

Evidence read_shared_evidence(const std::string& block_folder, const Communicator& world) {
  Evidence evidence;
  std::string head;
  world.agree([&] {
    if (!world.is_root()) return;
    evidence = read_block_evidence(block_folder);
    if (world.size() > 1) head = evidence_head(evidence);
  });
  if (world.size() == 1) return evidence;
  world.broadcast(head);
  world.agree([&] {
    if (!world.is_root()) evidence = evidence_from_head(head);
  });
  return evidence;
}

}  // namespace carillon
