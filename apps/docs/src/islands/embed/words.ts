/** @file The words around pieces that others take along, in both languages. */
import type { Language } from '../../lib/frame.js';

const en = {
  frame: 'To show it in a page of yours',
  frameNote:
    'It keeps what is set here, follows the light or dark of the system, and asks no other server for anything.',
  cite: 'To cite it',
  copy: 'Copy',
  copied: 'Copied',
  copyOf: (what: string) => `Copy: ${what}`,
  alone: 'By itself',
  slide: 'As a slide',
  still: 'This moment as SVG',
  animation: 'All of it as an animated PNG',
  drawing: 'Drawing …',
  failed: (message: string) => `It failed: ${message}`,
  more: 'More at',
};

/** The words of one language. */
export type EmbedWords = typeof en;

const zh: EmbedWords = {
  frame: '放进你自己的网页',
  frameNote: '它保留此处的设置，跟随系统的浅色或深色，不向任何其他服务器请求内容。',
  cite: '引用',
  copy: '复制',
  copied: '已复制',
  copyOf: (what) => `复制：${what}`,
  alone: '单独打开',
  slide: '作为幻灯片',
  still: '把此刻存为 SVG',
  animation: '把全过程存为动态 PNG',
  drawing: '正在绘制……',
  failed: (message) => `失败：${message}`,
  more: '更多内容：',
};

/** The words in a language. */
export const embedWords = (language: Language): EmbedWords => ({ en, zh })[language];
