/*
 * Draws the charts of a page: each element with data-chart holds its numbers as JSON (desk/charts.py). The table beside it says the
 * same, so a chart is decoration to who can't see it. Nothing here builds HTML: tooltips are drawn, not written.
 */
(() => {
  "use strict";

  const INK = "#2a2320";
  const MUTED = "#665a53";
  const LINE = "#e8dfd5";
  const FONT = getComputedStyle(document.documentElement).fontFamily;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function option(chart, narrow) {
    const names = { type: "category", data: chart.labels, inverse: chart.lying, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: MUTED, hideOverlap: true, width: narrow ? 90 : 180, overflow: "truncate" } };
    const numbers = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: MUTED, hideOverlap: true } };
    return {
      animation: !still,
      animationDuration: 250,
      textStyle: { fontFamily: FONT, color: INK },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      legend: { data: chart.series.filter((each) => !each.silent).map((each) => each.name), top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: MUTED } },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText", confine: true },
      xAxis: chart.lying ? numbers : names,
      yAxis: chart.lying ? names : numbers,
      series: chart.series.map((each) => ({
        type: each.points ? "scatter" : "bar",
        name: each.name,
        data: each.values,
        silent: each.silent,
        symbolSize: 12,
        z: each.points ? 4 : 2,
        tooltip: each.silent ? { show: false } : each.from ? { valueFormatter: (value, at) => `${each.from[at]}–${each.from[at] + value}` } : undefined,
        stack: chart.stacked && !each.points ? "all" : undefined,
        barMaxWidth: 36,
        barGap: chart.beside ? "10%" : "-100%",
        itemStyle: { color: each.colour },
      })),
    };
  }

  function draw(element) {
    if (element.dataset.drawn) return;
    element.dataset.drawn = "1";
    const chart = JSON.parse(element.dataset.chart);
    if (!chart.labels.length) return;
    const drawn = window.echarts.init(element, null, { renderer: "canvas" });
    const show = () => drawn.setOption(option(chart, element.clientWidth < 500), true);
    show();
    new ResizeObserver(() => { drawn.resize(); show(); }).observe(element);
  }

  const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSwap", all);
  document.addEventListener("board:exchanged", all);
  if (document.readyState !== "loading") all();
})();
