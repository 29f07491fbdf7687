# make run: the demo center. make test: everything that is proved in minutes. See README.md.
PY := .venv/bin/python
# Two at a time on two cores, a file each. One after another: make test PARALLEL=
PARALLEL := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: run test proof bench bench-live pictures guide format lock clean

run: .venv/ready-run
	@exec .venv/bin/goiso demo $(ARGS)

test: .venv/ready-test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -m "not proof" $(PARALLEL) $(ARGS)

proof: .venv/ready-test
	$(PY) -m pytest -m proof $(PARALLEL) $(ARGS)

# Each bench-NAME prints a table and writes var/bench/NAME.json.
bench: bench-ring bench-rules bench-voice bench-room bench-tv_memory bench-staff bench-citizen bench-phone bench-cable bench-live
bench-%: .venv/ready-test
	$(PY) -m bench.$* $(ARGS)
bench-live: .venv/ready-test var/bench/ready
	$(PY) -m bench.live $(ARGS)

# The README's pictures, taken from the running product.
pictures: .venv/ready-test
	PICTURES=docs/pictures $(PY) -m pytest tests/browser/test_pictures.py

# The pictures of the guide, taken from the running product.
guide: .venv/ready-test
	GUIDE=1 $(PY) -m pytest tests/browser/test_guide.py -k pictures

format: .venv/ready-test
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock:
	$(PY) -m pip install -q uv
	for kind in run test bench; do .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header requirements/$$kind.in -o requirements/$$kind.txt; done

clean:
	rm -rf .venv var

.venv/ready-run: requirements/run.txt pyproject.toml
	@requirements/install run
.venv/ready-test: requirements/test.txt requirements/install pyproject.toml
	@requirements/install test
var/bench/ready: requirements/rivals requirements/bench.txt
	@requirements/rivals
