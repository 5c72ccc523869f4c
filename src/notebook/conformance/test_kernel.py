"""Jupyter's own conformance suite (jupyter_kernel_test) against the installed kernelspec `linerate`."""

import unittest

import jupyter_kernel_test


class LinerateKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "linerate"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    code_generate_error = 'throw new Error("boom")'
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((n) => n * n)", "result": "[ 1, 4, 9 ]"},
        {"code": "({ pps: 14880952, ns: 67.2 })", "result": "{ pps: 14880952, ns: 67.2 }"},
    ]
    code_display_data = [
        {
            "code": 'import { display, displayable } from "linerate";\n'
            'display(displayable({ "text/html": "<b>67.2 ns</b>" }));',
            "mime": "text/html",
        },
        {
            "code": 'import { display, displayable } from "linerate";\n'
            'display(displayable({ "image/png": new Uint8Array([137, 80, 78, 71]) }));',
            "mime": "image/png",
        },
    ]
    code_clear_output = 'import { clearOutput } from "linerate";\nclearOutput();'

    completion_samples = [
        {"text": "Math.sqr", "matches": {"sqrt", "SQRT2", "SQRT1_2"}},
        {"text": "const budgetNs = 67.2; budget", "matches": {"budgetNs"}},
    ]
    code_page_something = "parseInt?"
    code_inspect_sample = "parseInt"
    complete_code_samples = ["1", "const a = 1;", "function f() {\n  return 1;\n}"]
    incomplete_code_samples = ["function f() {", "Math.max(1,", "`open", "/* open"]
    invalid_code_samples = ["const a = )", "let 1 = 2;"]

    code_history_pattern = "1 + 2*"
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    unittest.main()
