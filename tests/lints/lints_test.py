#!/usr/bin/python3
"""Every lint is seen failing: each test lays out a small project with one violation and expects the lint to name it."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOUND_CMAKE = "carillon_module(core LINKS fmt::fmt)\ncarillon_module(data DEPENDS core)\ncarillon_module(fit\n  DEPENDS data)\n"


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def put(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def lint(self, name, *arguments):
        command = [sys.executable, str(HERE / name), "--root", str(self.root), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr

    def expect_problem(self, name, text):
        status, output = self.lint(name)
        self.assertEqual(status, 1, output)
        self.assertIn(text, output)
        self.assertIn("1 problem\n", output)

    def expect_clean(self, name):
        status, output = self.lint(name)
        self.assertEqual(status, 0, output)


class Layers(LintTest):
    def setUp(self):
        super().setUp()
        self.put("CMakeLists.txt", SOUND_CMAKE)
        self.put("src/fit/fit.cpp", '#include "carillon/core/error.hpp"\n#include <vector>\n')

    def test_includes_through_another_module_are_allowed(self):
        self.expect_clean("layers.py")

    def test_an_upward_include_is_named(self):
        self.put("include/carillon/core/bad.hpp", '#include "carillon/fit/fit.hpp"\n')
        self.expect_problem("layers.py", "include/carillon/core/bad.hpp:1: core may not include fit")

    def test_unit_tests_obey_the_rule_too(self):
        self.put("tests/unit/data/bad_test.cpp", '#include "carillon/fit/fit.hpp"\n')
        self.expect_problem("layers.py", "data may not include fit")

    def test_a_cycle_is_named(self):
        self.put("CMakeLists.txt", "carillon_module(core DEPENDS core)\ncarillon_module(fit DEPENDS core)\n")
        self.expect_problem("layers.py", "module 'core' depends on itself")

    def test_a_folder_that_is_no_module_is_named(self):
        self.put("src/misc/a.cpp", "\n")
        self.expect_problem("layers.py", "the folder 'misc' is no module")

    def test_an_unknown_dependency_is_named(self):
        self.put("CMakeLists.txt", SOUND_CMAKE + "carillon_module(cli DEPENDS nosuch)\n")
        self.expect_problem("layers.py", "depends on 'nosuch'")

    def test_the_program_sees_the_command_line_only(self):
        self.put("src/main.cpp", '#include "carillon/core/error.hpp"\n')
        self.expect_problem("layers.py", "the program may not include core")

    def test_an_include_through_a_folder_above_is_named(self):
        self.put("src/data/bad.cpp", '#include "../fit/private.hpp"\n')
        self.expect_problem("layers.py", "a folder above")


class UnitConstants(LintTest):
    def setUp(self):
        super().setUp()
        self.put("include/carillon/core/units.hpp", "inline constexpr double hartree_to_kcal_per_mol = 627.5094740631;\n")

    def test_the_home_of_constants_is_free(self):
        self.expect_clean("unit_constants.py")

    def test_a_stray_constant_is_named(self):
        self.put("src/data/a.cpp", "double gpa = x * 160.21766;\n")
        self.expect_problem("unit_constants.py", "src/data/a.cpp:1: 160.21766 looks like GPa per eV/Å³")

    def test_longer_numbers_with_these_digits_inside_are_free(self):
        self.put("src/data/a.cpp", "double a = 1627.5, b = 2.6275, c = 14007;\n")
        self.expect_clean("unit_constants.py")

    def test_scripts_are_read_too(self):
        self.put("scripts/plot.py", "bohr = 0.529177\n")
        self.expect_problem("unit_constants.py", "scripts/plot.py:1")

    def test_tests_must_say_that_it_is_an_oracle(self):
        self.put("tests/unit/data/a_test.cpp", "double x = 23.0605;\n")
        self.expect_problem("unit_constants.py", "say whose independent value")
        self.put("tests/unit/data/a_test.cpp", "// Oracle: CODATA 2022\ndouble x = 23.0605;\n")
        self.expect_clean("unit_constants.py")


class WrappedLibraries(LintTest):
    def setUp(self):
        super().setUp()
        # One legal include for each entry, or the lint says that the entry is out of date.
        self.put("src/solve/lapack.cpp", "#include <lapacke.h>\n#include <cblas.h>\n")
        self.put("src/core/yaml.cpp", "#include <yaml-cpp/yaml.h>\n")
        self.put("include/carillon/core/parallel.hpp", "#include <mpi.h>\n")
        self.put("src/core/parallel.cpp", "#include <omp.h>\n")
        self.put("src/core/hash.cpp", "#include <openssl/evp.h>\n")
        self.put("src/core/hdf5.cpp", "#include <hdf5.h>\n")
        self.put("src/neural/lbfgs.cpp", "#include <lbfgs.h>\n")
        self.put("src/core/log.cpp", "#include <spdlog/spdlog.h>\n")
        self.put("src/cli/run.cpp", "#include <CLI/CLI.hpp>\n")

    def test_wrappers_may(self):
        self.expect_clean("wrapped_libraries.py")

    def test_others_may_not(self):
        self.put("src/fit/pipeline.cpp", "  #  include <lapacke.h>\n")
        self.expect_problem("wrapped_libraries.py", "src/fit/pipeline.cpp:1: includes lapacke.h")

    def test_an_entry_nothing_uses_is_named(self):
        self.put("src/core/hash.cpp", "\n")
        self.expect_problem("wrapped_libraries.py", "nothing includes openssl/")


class ParallelRegions(LintTest):
    def setUp(self):
        super().setUp()
        self.put("src/core/parallel.cpp", "#pragma omp parallel for\n")

    def test_loops_of_vector_instructions_are_free(self):
        self.put("src/solve/a.cpp", "#pragma omp simd reduction(+ : sum)\n")
        self.expect_clean("parallel_regions.py")

    def test_other_files_may_not(self):
        for region in ("parallel for schedule(dynamic, 1)", "task"):
            self.put("src/solve/a.cpp", f"int a;\n  # pragma omp {region}\n")
            self.expect_problem("parallel_regions.py", f"src/solve/a.cpp:2: omp {region}; use parallel_for")

    def test_a_home_without_regions_is_named(self):
        self.put("src/core/parallel.cpp", "\n")
        self.expect_problem("parallel_regions.py", "has no OpenMP region")


class SourceFiles(LintTest):
    def test_a_short_file_is_free(self):
        self.put("src/core/a.cpp", "int a;\n" * 500)
        self.expect_clean("source_files.py")

    def test_a_long_file_is_named(self):
        self.put("src/core/a.cpp", "int a;\n" * 501)
        self.expect_problem("source_files.py", "src/core/a.cpp: 501 lines")

    def test_a_path_of_one_machine_is_named(self):
        self.put("docs/a.md", "see /ho" + "me/someone/data\n")
        self.expect_problem("source_files.py", "is a path of one machine")

    def test_relative_paths_are_free(self):
        self.put("docs/a.md", "see ../home/someone, build/work/x and https://example.org/work/x\n")
        self.expect_clean("source_files.py")


class Headers(LintTest):
    def check(self, header):
        self.put("include/carillon/core/a.hpp", header)
        self.put("src/main.cpp", "#include <string>\n")
        entry = {"file": str(self.root / "src/main.cpp"), "command": f"ccache c++ -std=c++20 -Wall -o x.o -c {self.root}/src/main.cpp"}
        self.put("build/compile_commands.json", json.dumps([entry]))
        return self.lint("headers.py", "--build", str(self.root / "build"))

    def test_a_complete_header_passes(self):
        status, output = self.check("#pragma once\n#include <string>\ninline std::string a() { return {}; }\n")
        self.assertEqual(status, 0, output)

    def test_a_header_that_lacks_an_include_is_named(self):
        status, output = self.check("#pragma once\ninline std::string a() { return {}; }\n")
        self.assertEqual(status, 1, output)
        self.assertIn("core/a.hpp", output)
        self.assertIn("1 headers, 0 of them seen to compile alone by the build, 1 do not", output)


class Docs(LintTest):
    def setUp(self):
        super().setUp()
        self.put("docs/theory.md", "$$ E = 0 \\tag{1} $$\n")
        self.put("docs/recipes.md", "`data` and `order: {pair: 3}`\n")
        self.put("src/fit/recipe.cpp", 'node.require_keys({"data"});\n')
        self.put("src/fit/basis_spec.cpp", 'node.require_keys({"order",\n  "pair"});\n')
        for reader in ("fit/weights_spec", "fit/parent_spec", "data/data_spec"):
            self.put(f"src/{reader}.cpp", 'node.require_keys({"data"});\n')
        self.put("docs/neural.md", "`radial`\n")
        for reader in ("training_recipe", "descriptor_spec", "network_file"):
            self.put(f"src/neural/{reader}.cpp", 'node.require_keys({"radial"});\n')

    def test_documents_that_keep_up_pass(self):
        self.put("README.md", "[theory](docs/theory.md), Eq. 1, `src/fit/recipe.cpp`, [site](https://example.org/x)\n")
        self.expect_clean("docs.py")

    def test_a_dead_link_is_named(self):
        self.put("README.md", "[gone](docs/gone.md)\n")
        self.expect_problem("docs.py", "README.md:1: the link to docs/gone.md leads nowhere")

    def test_an_equation_that_does_not_exist_is_named(self):
        self.put("src/fit/a.cpp", "/// Eq. 1 and 7\n")
        self.expect_problem("docs.py", "src/fit/a.cpp:1: Eq. 7 is not in docs/theory.md")

    def test_a_recipe_key_without_words_is_named(self):
        self.put("src/fit/recipe.cpp", 'node.require_keys({"data", "penalty"});\n')
        self.expect_problem("docs.py", "the key `penalty`")

    def test_a_network_key_without_words_is_named(self):
        self.put("src/neural/network_file.cpp", 'node.require_keys({"radial", "checksum"});\n')
        self.expect_problem("docs.py", "docs/neural.md: the key `checksum`")

    def test_a_cited_document_that_does_not_exist_is_named(self):
        self.put("src/fit/a.cpp", "/// See docs/gone.md.\n")
        self.expect_problem("docs.py", "src/fit/a.cpp:1: docs/gone.md does not exist")

    def test_a_path_that_does_not_exist_is_named(self):
        self.put("docs/a.md", "look at `src/fit/gone.cpp`\n")
        self.expect_problem("docs.py", "`src/fit/gone.cpp` does not exist")


class DocumentCommands(LintTest):
    def run_document(self, text):
        self.put("README.md", text)
        self.put("program", "#!/bin/sh\necho program $1\n")
        (self.root / "program").chmod(0o755)
        return self.lint("document_commands.py", "--program", str(self.root / "program"), "README.md")

    def test_commands_run(self):
        status, output = self.run_document("```sh run\nbuild/release/carillon fit\n```\n```sh\nfalse\n```\n")
        self.assertEqual(status, 0, output)
        self.assertIn("program fit", output)

    def test_a_failing_command_fails(self):
        status, output = self.run_document("```sh run\nfalse\necho unreached\n```\n")
        self.assertEqual(status, 1, output)

    def test_a_document_without_commands_fails(self):
        status, output = self.run_document("```sh\ntrue\n```\n")
        self.assertEqual(status, 1, output)


if __name__ == "__main__":
    unittest.main()
