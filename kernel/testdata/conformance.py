# jupyter_kernel_test's suite over the installed kernel "graft-test": python -m unittest -v conformance.py
import unittest

import jupyter_kernel_test


class Graft(jupyter_kernel_test.KernelTests):
    kernel_name = "graft-test"
    language_name = "go"
    file_extension = ".go"
    code_hello_world = 'fmt.Println("hello, world")'
    code_stderr = 'fmt.Fprintln(os.Stderr, "to stderr")'
    completion_samples = [
        {"text": "strings.ToUp", "matches": {"ToUpper", "ToUpperSpecial"}},
        {"text": "fmt.Fprintl"},
    ]
    complete_code_samples = ["1", 'fmt.Println("x")', "func f(a int) int {\n\treturn a\n}", ":vars"]
    incomplete_code_samples = ["func f() {", "if x := 1; x > 0 {", 'x := "a" +', "s := []int{\n1,"]
    invalid_code_samples = ["x := )", "func 3() {}"]
    code_page_something = "fmt.Println?"
    code_generate_error = 'panic("boom")'
    code_execute_result = [
        {"code": "1 + 2*3", "result": "7"},
        {"code": '"a" + "b"', "result": '"ab"'},
        {"code": "[]int{1, 2}", "result": "[1 2]"},
    ]
    code_display_data = [
        {"code": ":env", "mime": "text/html"},
    ]
    code_history_pattern = "1 + 2?3"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "strings.ToUpper"
    code_clear_output = ":clear"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "graft-test"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
